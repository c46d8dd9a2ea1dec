import EventModel

#if canImport(Glibc)
    import Glibc
#endif

// Hot path. Unsafe: `slots` has `mask + 1` entries, at most half of them taken; values lie within `bytes` at `ends`.

/// The values of one column of a block under construction: each distinct one once, and which row has which.
///
/// Codes are given in the order of first use, so that two columns whose values change together have the same codes.
final class ValueColumn {
    @exclusivity(unchecked) private(set) var key: ColumnKey
    /// The distinct values, one behind the other.
    let bytes = Arena(capacity: 4 << 10)
    /// Where each distinct value ends.
    @exclusivity(unchecked) private(set) var ends = PlainBuffer<UInt32>(capacity: 64)
    /// One a row that has a value.
    @exclusivity(unchecked) private(set) var codes = PlainBuffer<UInt32>(capacity: 256)
    /// The rows, in order.
    @exclusivity(unchecked) private(set) var rows = PlainBuffer<UInt32>(capacity: 256)
    @exclusivity(unchecked) private var hashes = PlainBuffer<UInt32>(capacity: 64)
    @exclusivity(unchecked) private var slots: UnsafeMutablePointer<UInt32>
    @exclusivity(unchecked) private var mask: Int
    private let seed: UInt64

    init(_ key: ColumnKey, seed: UInt64) {
        self.key = key
        self.seed = seed
        mask = 127
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: 0, count: mask + 1)
    }

    deinit { slots.deallocate() }

    /// Makes an empty column of it.
    func reset(_ key: ColumnKey) {
        self.key = key
        if ends.count > 0 { slots.update(repeating: 0, count: mask + 1) }
        bytes.setCount(0)
        ends.removeAll()
        codes.removeAll()
        rows.removeAll()
        hashes.removeAll()
    }

    var count: Int { codes.count }
    var distinctCount: Int { ends.count }

    @inline(__always)
    func value(_ code: Int) -> UnsafeRawBufferPointer {
        let start = code == 0 ? 0 : Int(ends[code - 1])
        return bytes.slice(start, Int(ends[code]) - start)
    }

    /// The value of the next row that has one.
    func append(_ value: UnsafeRawPointer, _ length: Int, row: UInt32) {
        rows.append(row)
        // Most often it is the value before.
        if codes.count > 0 {
            let code = Int(codes[codes.count - 1])
            let known = self.value(code)
            if known.count == length, memcmp(known.baseAddress.unsafelyUnwrapped, value, length) == 0 {
                codes.append(UInt32(truncatingIfNeeded: code))
                return
            }
        }
        let bytes = UnsafeRawBufferPointer(start: value, count: length)
        let hash = UInt32(truncatingIfNeeded: XXHash64.hash(bytes, seed: seed))
        var place = Int(hash) & mask
        while slots[place] != 0 {
            let code = Int(slots[place]) - 1
            if hashes[code] == hash {
                let known = self.value(code)
                if known.count == length, memcmp(known.baseAddress.unsafelyUnwrapped, value, length) == 0 {
                    codes.append(UInt32(truncatingIfNeeded: code))
                    return
                }
            }
            place = (place + 1) & mask
        }
        self.bytes.append(value, length)
        codes.append(UInt32(truncatingIfNeeded: ends.count))
        ends.append(UInt32(truncatingIfNeeded: self.bytes.count))
        hashes.append(hash)
        slots[place] = UInt32(truncatingIfNeeded: ends.count)
        if ends.count * 2 > mask { grow() }
    }

    private func grow() {
        slots.deallocate()
        mask = mask * 2 + 1
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: 0, count: mask + 1)
        for code in 0..<hashes.count {
            var place = Int(hashes[code]) & mask
            while slots[place] != 0 { place = (place + 1) & mask }
            slots[place] = UInt32(truncatingIfNeeded: code + 1)
        }
    }
}
