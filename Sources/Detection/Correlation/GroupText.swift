import EventModel

/// The values of one group as bytes, for hashing and for people: for each value the place of its field in
/// `FindingRule.groupFields` (1 byte), its length (2 bytes, little-endian) and its folded text.
///
/// The mark of a drill stands last, as the value of a field that no rule groups by (`drillField`).
///
/// Values are folded (`ValueFolding`), so that a finding reads the same whichever event of its group came first.
enum GroupText {
    /// Longer values are cut, and end in a hash of the whole, so that values with one beginning stay apart.
    static let maximumValueBytes = 512
    /// In place of a field's number: rules group by a handful of fields.
    static let drillField = 255

    /// Appends one value to `bytes`.
    static func append(_ value: UnsafeRawBufferPointer, field: Int, to bytes: inout [UInt8]) {
        let head = bytes.count
        bytes.append(UInt8(truncatingIfNeeded: field))
        bytes.append(0)
        bytes.append(0)
        fold(value, to: &bytes)
        let length = bytes.count - head - 3
        bytes[head + 1] = UInt8(truncatingIfNeeded: length)
        bytes[head + 2] = UInt8(truncatingIfNeeded: length >> 8)
    }

    /// Appends a value as it stands in another group, at `place`.
    static func append(_ place: Range<Int>, of group: Span<UInt8>, field: Int, to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: field))
        bytes.append(UInt8(truncatingIfNeeded: place.count))
        bytes.append(UInt8(truncatingIfNeeded: place.count >> 8))
        for index in place { bytes.append(group[index]) }
    }

    /// Appends a value, folded and cut.
    static func fold(_ value: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        let start = bytes.count
        ValueFolding.append(value, to: &bytes)
        if bytes.count - start > maximumValueBytes {
            let whole = bytes.withUnsafeBytes { StableHash.hash(UnsafeRawBufferPointer(rebasing: $0[start...])) }
            var end = start + maximumValueBytes - 33
            while end > start, bytes[end] & 0xc0 == 0x80 { end -= 1 }
            bytes.removeSubrange(end...)
            bytes.append(contentsOf: "#\(whole.hexadecimal)".utf8)
        }
    }

    /// Takes the mark of a drill over from another group.
    static func appendDrill(of group: Span<UInt8>, to bytes: inout [UInt8]) {
        if let place = place(of: drillField, in: group) { append(place, of: group, field: drillField, to: &bytes) }
    }

    /// Where in `bytes` the value of a field stands; nil if it has none.
    static func place(of field: Int, in bytes: Span<UInt8>) -> Range<Int>? {
        var offset = 0
        while offset + 3 <= bytes.count {
            let end = offset + 3 + (Int(bytes[offset + 1]) | Int(bytes[offset + 2]) << 8)
            guard end <= bytes.count else { return nil }
            if Int(bytes[offset]) == field { return (offset + 3)..<end }
            offset = end
        }
        return nil
    }

    /// The values, with their fields' names.
    static func values(of bytes: some Collection<UInt8>, fields: [String]) -> [Finding.GroupValue] {
        let bytes = Array(bytes)
        var values: [Finding.GroupValue] = []
        var offset = 0
        while offset + 3 <= bytes.count {
            let field = Int(bytes[offset])
            let end = offset + 3 + (Int(bytes[offset + 1]) | Int(bytes[offset + 2]) << 8)
            guard end <= bytes.count, field < fields.count || field == drillField else { break }
            let name = field == drillField ? Finding.drillField : fields[field]
            values.append(Finding.GroupValue(field: name, value: String(decoding: bytes[(offset + 3)..<end], as: UTF8.self)))
            offset = end
        }
        return values
    }
}
