/// Appends values to a snapshot: integers as LEB128 (signed ones in zigzag), hashes as 8 bytes little-endian.
struct SnapshotWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func write(_ value: Int64) { write(UInt64(bitPattern: (value &<< 1) ^ (value &>> 63))) }
    mutating func write(_ value: Int) { write(Int64(value)) }
    mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func write(_ key: GroupKey) {
        writeFixed(key.high)
        writeFixed(key.low)
    }

    mutating func writeFixed(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ text: [UInt8]) {
        write(text.count)
        bytes.append(contentsOf: text)
    }

    /// Ends the snapshot with the checksum of all before.
    mutating func seal() { write(bytes.withUnsafeBytes { StableHash.hash($0) }) }
}
