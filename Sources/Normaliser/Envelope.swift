import EventModel

/// Objects that a shipper puts around the vendor's record: `{"o365audit":{…}}`, `{"detail":{"data":{…}}}`.
struct Envelope: Sendable {
    /// The path of the member that the record is, `detail.data`.
    let path: String
    private let keys: [[UInt8]]

    init(path: String) {
        self.path = path
        keys = path.split(separator: ".").map { Array($0.utf8) }
    }

    /// Where the record stands in a document that the scanner has accepted.
    func value(in body: UnsafeRawBufferPointer) -> Range<Int>? {
        var found = 0..<body.count
        for key in keys {
            guard let inner = Self.value(of: key, in: UnsafeRawBufferPointer(rebasing: body[found])) else { return nil }
            found = (found.lowerBound + inner.lowerBound)..<(found.lowerBound + inner.upperBound)
        }
        return found
    }

    /// Where the value of the member `wanted` of the outermost object stands.
    private static func value(of wanted: [UInt8], in body: UnsafeRawBufferPointer) -> Range<Int>? {
        var index = 0
        var depth = 0
        var name: Range<Int>?
        var valueStart: Int?
        while index < body.count {
            switch body[index] {
            case UInt8(ascii: "\""):
                let start = index + 1
                index = start
                while index < body.count, body[index] != UInt8(ascii: "\"") { index += body[index] == UInt8(ascii: "\\") ? 2 : 1 }
                if depth == 1 && valueStart == nil { name = start..<min(index, body.count) }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if depth == 1, valueStart == nil { valueStart = index }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 1, let start = valueStart {
                    if let name, body[name].elementsEqual(wanted) { return start..<(index + 1) }
                    valueStart = nil
                }
            default: break
            }
            index += 1
        }
        return nil
    }
}
