/// Reads what `SnapshotWriter` wrote; never beyond its end.
struct SnapshotReader {
    private let bytes: [UInt8]
    private(set) var offset = 0
    private let end: Int

    /// Checks the checksum first.
    init(_ bytes: [UInt8]) throws(SnapshotError) {
        guard bytes.count >= 16 else { throw .damaged }
        self.bytes = bytes
        end = bytes.count - 16
        let body = bytes.withUnsafeBytes { StableHash.hash(UnsafeRawBufferPointer(rebasing: $0[..<(bytes.count - 16)])) }
        var writer = SnapshotWriter()
        writer.write(body)
        guard writer.bytes[...] == bytes[end...] else { throw .damaged }
    }

    var isAtEnd: Bool { offset == end }

    mutating func unsigned() throws(SnapshotError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            guard offset < end, shift < 64 else { throw .malformed(offset: offset) }
            let byte = bytes[offset]
            offset += 1
            value |= UInt64(byte & 0x7f) &<< shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    mutating func integer() throws(SnapshotError) -> Int64 {
        let value = try unsigned()
        return Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// A number of things that take at least `size` bytes each: never more than there is room for.
    mutating func count(size: Int = 1) throws(SnapshotError) -> Int {
        let start = offset
        let value = try integer()
        guard value >= 0, value <= Int64((end - offset) / size) else { throw .malformed(offset: start) }
        return Int(value)
    }

    mutating func boolean() throws(SnapshotError) -> Bool {
        guard offset < end else { throw .malformed(offset: offset) }
        offset += 1
        return bytes[offset - 1] != 0
    }

    mutating func key() throws(SnapshotError) -> GroupKey {
        let high = try fixed()
        return GroupKey(high: high, low: try fixed())
    }

    mutating func fixed() throws(SnapshotError) -> UInt64 {
        guard end - offset >= 8 else { throw .malformed(offset: offset) }
        let value = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
        offset += 8
        return UInt64(littleEndian: value)
    }

    mutating func text() throws(SnapshotError) -> [UInt8] {
        let length = try count()
        defer { offset += length }
        return Array(bytes[offset..<(offset + length)])
    }

    mutating func skip(_ length: Int) throws(SnapshotError) {
        guard length <= end - offset else { throw .malformed(offset: offset) }
        offset += length
    }
}
