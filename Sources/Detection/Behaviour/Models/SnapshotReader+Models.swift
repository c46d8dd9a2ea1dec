extension SnapshotReader {
    /// A finite number, as its bits.
    mutating func number() throws(SnapshotError) -> Double {
        let start = offset
        let value = Double(bitPattern: try fixed())
        guard value.isFinite else { throw .malformed(offset: start) }
        return value
    }

    /// An integer that lies in a range.
    mutating func bounded(_ range: ClosedRange<Int64>) throws(SnapshotError) -> Int {
        let start = offset
        let value = try integer()
        guard range.contains(value) else { throw .malformed(offset: start) }
        return Int(value)
    }
}

extension SnapshotReader {
    /// A `Float` of 0 or more, as its bits in 8 bytes.
    mutating func share() throws(SnapshotError) -> Float {
        let start = offset
        let word = try fixed()
        let value = Float(bitPattern: UInt32(truncatingIfNeeded: word))
        guard word &>> 32 == 0, value.isFinite, value >= 0 else { throw .malformed(offset: start) }
        return value
    }
}
