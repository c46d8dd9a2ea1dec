import EventModel

#if canImport(Glibc)
    import Glibc
#endif

// Hot path. Unsafe: `output` has room for twenty bytes a field; offsets of fields are within the batch's bytes; arenas have
// `Arena.slack` readable bytes after their last, so that comparisons may load whole words.

/// What a field of a shape was in the row before: the next row says what is different.
struct LastValue: BitwiseCopyable {
    /// In the segment's derived bytes, or from the record's first byte.
    var offset: UInt32 = 0
    var length: UInt32 = 0
}

/// Writes the fields of one row. A struct over pointers: properties of classes would be checked at each access.
struct FieldWriter {
    private let batchRaw: UnsafeMutableRawPointer
    private let batchDerived: UnsafeMutableRawPointer
    private let rawOffset: UInt32
    private let output: Arena
    private let derived: Arena
    private var entries: UnsafeMutablePointer<ShapeEntry>
    private var last: UnsafeMutablePointer<LastValue>
    private let start: UnsafeMutablePointer<UInt8>
    private var p: UnsafeMutablePointer<UInt8>
    private var derivedBase: UnsafeMutableRawPointer
    private var derivedCount: Int
    private var derivedCapacity: Int

    init(
        batch: EventBatch, row: EventRow, output: Arena, derived: Arena, entries: UnsafeMutablePointer<ShapeEntry>,
        last: UnsafeMutablePointer<LastValue>
    ) {
        batchRaw = batch.raw.base
        batchDerived = batch.derived.base
        rawOffset = row.rawOffset
        self.output = output
        self.derived = derived
        self.entries = entries
        self.last = last
        start = (output.base + output.count).assumingMemoryBound(to: UInt8.self)
        p = start
        derivedBase = derived.base
        derivedCount = derived.count
        derivedCapacity = derived.capacity
    }

    /// Declares what was written.
    func finish() {
        output.setCount(output.count + (p - start))
        derived.setCount(derivedCount)
    }

    /// Writes one range of the row's fields; the next call goes on with the shape's next entries.
    mutating func write(_ fields: UnsafePointer<Field>, _ count: Int) {
        var drift = 0
        for index in 0..<count {
            let field = fields[index]
            let length = UInt32(truncatingIfNeeded: field.length)
            let before = last[index]
            if entries[index].isDerived {
                let bytes = (field.isDerived ? batchDerived : batchRaw) + Int(field.offset)
                if length == before.length && ByteRuns.equal(derivedBase + Int(before.offset), bytes, Int(length)) {
                    p.pointee = 0
                    p += 1
                } else {
                    Varint.write(Int(length) + 1, &p)
                    last[index] = LastValue(offset: UInt32(truncatingIfNeeded: appendDerived(bytes, Int(length))), length: length)
                }
            } else {
                // A value that grew moves all that follow it: the drift of the field before is a good guess.
                let offset = field.offset &- rawOffset
                let moved = Int(offset) &- Int(before.offset) &- drift
                let grown = Int(length) &- Int(before.length)
                Varint.write(Varint.zigzag(Int64(moved)) &<< 1 | (grown != 0 ? 1 : 0), &p)
                if grown != 0 { Varint.write(Varint.zigzag(Int64(grown)), &p) }
                drift &+= moved
                last[index] = LastValue(offset: offset, length: length)
            }
        }
        entries += count
        last += count
    }

    @inline(__always)
    private mutating func appendDerived(_ bytes: UnsafeRawPointer, _ length: Int) -> Int {
        if derivedCount + length > derivedCapacity {
            derived.setCount(derivedCount)
            derived.reserve(length)
            derivedBase = derived.base
            derivedCapacity = derived.capacity
        }
        memcpy(derivedBase + derivedCount, bytes, length)
        defer { derivedCount += length }
        return derivedCount
    }
}
