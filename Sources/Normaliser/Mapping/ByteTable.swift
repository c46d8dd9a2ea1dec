#if canImport(Glibc)
import Glibc
#endif

// Hot path.

/// A fixed table from byte strings to numbers, filled when mapping files are loaded.
///
/// The keys are ours and the table never grows, so that records cannot slow it down: a lookup looks at one run of slots, whose
/// length the keys alone decide. The bytes themselves are compared, never only their hash.
struct ByteTable: Sendable {
    private var slots: [Int32]
    private var keys: [UInt8] = []
    private var entries: [(offset: Int32, length: Int32, value: Int32)] = []
    private let mask: Int

    /// Later entries with the same key are left out.
    init(_ pairs: [(key: String, value: Int)]) {
        var capacity = 8
        while capacity < pairs.count * 2 + 1 { capacity *= 2 }
        slots = Array(repeating: -1, count: capacity)
        mask = capacity - 1
        for (key, value) in pairs {
            var key = key
            key.withUTF8 { insert(UnsafeRawBufferPointer($0), value) }
        }
    }

    var isEmpty: Bool { entries.isEmpty }

    private mutating func insert(_ key: UnsafeRawBufferPointer, _ value: Int) {
        guard find(key) == nil else { return }
        var slot = Self.hash(key) & mask
        while slots[slot] >= 0 { slot = (slot + 1) & mask }
        slots[slot] = Int32(entries.count)
        entries.append((Int32(keys.count), Int32(key.count), Int32(value)))
        keys.append(contentsOf: key)
    }

    func find(_ key: UnsafeRawBufferPointer) -> Int? {
        var slot = Self.hash(key) & mask
        while slots[slot] >= 0 {
            let entry = entries[Int(slots[slot])]
            if Int(entry.length) == key.count, isEqual(key, at: Int(entry.offset)) { return Int(entry.value) }
            slot = (slot + 1) & mask
        }
        return nil
    }

    private func isEqual(_ key: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        keys.withUnsafeBytes { keys in
            guard let a = keys.baseAddress, let b = key.baseAddress else { return key.isEmpty }
            return memcmp(a + offset, b, key.count) == 0
        }
    }

    /// Length and up to 16 bytes, from both ends: event types differ there.
    private static func hash(_ key: UnsafeRawBufferPointer) -> Int {
        var first: UInt64 = 0
        var last: UInt64 = 0
        if key.count >= 8 {
            first = key.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
            last = key.loadUnaligned(fromByteOffset: key.count - 8, as: UInt64.self)
        } else {
            for byte in key { first = first &<< 8 | UInt64(byte) }
        }
        var mixed = (first &+ UInt64(truncatingIfNeeded: key.count)) &* 0x9e37_79b9_7f4a_7c15
        mixed ^= mixed &>> 32
        mixed = (mixed ^ last) &* 0xd6e8_feb8_6659_fd93
        mixed ^= mixed &>> 32
        return Int(truncatingIfNeeded: mixed & 0x7fff_ffff)
    }
}
