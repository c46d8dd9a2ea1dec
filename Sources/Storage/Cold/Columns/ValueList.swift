import EventModel

// Unsafe: `ends` do not decrease, and are at most `bytes.count`.

/// The values of a column as they were decoded: one behind the other, or still packed, as long as only a few are asked for.
final class ValueList {
    let bytes: Arena
    private(set) var ends = PlainBuffer<UInt32>()
    private var packed: PackedPositions?

    init(capacity: Int) { bytes = Arena(capacity: capacity) }

    init(_ packed: PackedPositions) {
        bytes = Arena(capacity: 64)
        self.packed = packed
    }

    var count: Int { packed?.count ?? ends.count }
    /// Bytes that all values take one behind the other.
    var expandedBytes: Int { packed.map { $0.count * $0.width } ?? bytes.count }

    /// A value; of packed ones valid until the next is asked for.
    @inline(__always)
    subscript(index: Int) -> UnsafeRawBufferPointer {
        if let packed { return packed[index] }
        let start = index == 0 ? 0 : Int(ends[index - 1])
        return bytes.slice(start, Int(ends[index]) - start)
    }

    /// Puts all values one behind the other; until then `bytes` and `ends` are empty if they are packed.
    func expand() {
        guard let packed else { return }
        packed.expand(to: bytes)
        for index in 0..<packed.count { ends.append(UInt32(truncatingIfNeeded: (index + 1) * packed.width)) }
        self.packed = nil
    }

    /// Ends a value: it is what was appended to `bytes` since the last call.
    func close() throws(BlockError) {
        guard bytes.count <= StoreLimits.maximumSegmentBytes else { throw .damaged("a column is too long") }
        ends.append(UInt32(truncatingIfNeeded: bytes.count))
    }
}
