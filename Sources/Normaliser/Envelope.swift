import EventModel

/// Finds the vendor's record within an object that a shipper put around it: `{"o365audit":{…}}`.
enum Envelope {
    /// Where the value of the member `key` of the outermost object stands, in a document that the scanner has accepted.
    static func value(of key: String, in body: UnsafeRawBufferPointer) -> Range<Int>? {
        let wanted = Array(key.utf8)
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
