/// Ranges of bytes and what takes their place.
struct ByteEdits {
    private var edits: [(range: Range<Int>, replacement: [UInt8])] = []

    var count: Int { edits.count }
    var isEmpty: Bool { edits.isEmpty }

    mutating func append(_ range: Range<Int>, _ replacement: [UInt8]) { edits.append((range, replacement)) }

    mutating func removeLast(_ count: Int) { edits.removeLast(count) }

    /// The bytes with all replacements. What lies within a range that is replaced already is left out.
    func applied(to bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var end = 0
        let ordered = edits.sorted { ($0.range.lowerBound, $1.range.upperBound) < ($1.range.lowerBound, $0.range.upperBound) }
        for edit in ordered where edit.range.lowerBound >= end {
            out += bytes[end..<edit.range.lowerBound]
            out += edit.replacement
            end = edit.range.upperBound
        }
        return out + bytes[end...]
    }
}
