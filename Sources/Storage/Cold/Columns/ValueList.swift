import EventModel

#if canImport(Glibc)
    import Glibc
#endif

// Unsafe: `ends` do not decrease, and are at most `bytes.count`.

/// The values of a column as they were decoded: one behind the other, or still packed, as long as only a few are asked for.
final class ValueList {
    let bytes: Arena
    private(set) var ends = PlainBuffer<UInt32>()
    private var packed: (any PackedValues)?

    init(capacity: Int) { bytes = Arena(capacity: capacity) }

    /// - Throws: if they are larger than any column.
    init(_ packed: any PackedValues) throws(BlockError) {
        guard packed.expandedBytes <= StoreLimits.maximumSegmentBytes else { throw .damaged("a column is too long") }
        bytes = Arena(capacity: 64)
        self.packed = packed
    }

    var count: Int { packed?.count ?? ends.count }
    /// Bytes that all values take one behind the other, at most.
    var expandedBytes: Int { packed?.expandedBytes ?? bytes.count }

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
        self.packed = nil
        bytes.reserve(packed.expandedBytes)
        ends.reserve(packed.count)
        packed.expand(to: self)
    }

    /// Ends a value: it is what was appended to `bytes` since the last call. All values together are in bounds.
    @inline(__always)
    func close() { ends.append(UInt32(truncatingIfNeeded: bytes.count)) }

    /// The values that contain the word, ascending.
    func values(containing word: FoldedWord) -> [UInt32] {
        if let found = packed?.values(containing: word) { return found }
        expand()
        return word.values(in: bytes, ends: UnsafeBufferPointer(start: ends.base, count: ends.count))
    }

    /// The values that contain the byte, ascending.
    func values(containing byte: UInt8) -> [UInt32] {
        expand()
        var found: [UInt32] = []
        var place = 0
        var value = 0
        while place < bytes.count, let hit = memchr(bytes.base + place, Int32(byte), bytes.count - place) {
            let start = UnsafeRawPointer(hit) - UnsafeRawPointer(bytes.base)
            while Int(ends[value]) <= start { value += 1 }
            found.append(UInt32(truncatingIfNeeded: value))
            place = Int(ends[value])
        }
        return found
    }

    /// These values alone.
    func picked(_ indices: [UInt32]) -> ValueList {
        let list = ValueList(capacity: 64 * indices.count)
        for index in indices {
            list.bytes.append(self[Int(index)])
            list.close()
        }
        return list
    }
}
