// Hot path: `find`.

/// Keys of some kinds, each with a number; a key can stand in it several times. Made for millions: a key takes its bytes, some
/// 24 more, and two places of a table.
struct KeyTable: Sendable {
    private var text: [UInt8] = []
    private var entries: [Entry] = []
    /// The upper half of the hash, and the entry's number plus one; 0 where there is none. A power of two of them, at most half
    /// of which are taken.
    private var slots: [UInt64] = [UInt64](repeating: 0, count: 16)
    private(set) var distinctCount = 0

    private struct Entry {
        var offset: UInt32
        var length: UInt16
        var kind: UInt8
        var payload: UInt32
        /// The entry before this one with the same key; -1 for none.
        var next: Int32
    }

    /// The longest key.
    static let maximumKey = 4_096
    /// Offsets of keys have 32 bits, numbers of entries 31.
    private static let maximumText = Int(UInt32.max) - maximumKey
    private static let maximumEntries = Int(Int32.max)

    var count: Int { entries.count }

    /// Bytes of memory that it takes.
    var footprint: Int {
        text.capacity + entries.capacity * MemoryLayout<Entry>.stride + slots.capacity * MemoryLayout<UInt64>.stride
    }

    /// Adds a key, before those that are the same. Answers whether it was new; nil if it is too long, or the table full.
    @discardableResult
    mutating func insert(_ kind: UInt8, _ key: UnsafeRawBufferPointer, payload: UInt32) -> Bool? {
        guard key.count <= Self.maximumKey, text.count < Self.maximumText, entries.count < Self.maximumEntries else { return nil }
        if (distinctCount + 1) * 2 > slots.count { grow() }
        let hash = KeyHash.of(kind, key)
        let place = slot(hash, kind, key)
        let known = slots[place] != 0
        let next = known ? Int32(truncatingIfNeeded: slots[place] & 0xffff_ffff) - 1 : -1
        let offset = known ? entries[Int(next)].offset : UInt32(text.count)
        if !known {
            text.append(contentsOf: key)
            distinctCount += 1
        }
        entries.append(
            Entry(offset: offset, length: UInt16(key.count), kind: kind, payload: payload, next: next))
        slots[place] = hash & 0xffff_ffff_0000_0000 | UInt64(entries.count)
        return !known
    }

    /// The last entry that was added with a key; -1 if there is none.
    func find(_ kind: UInt8, _ key: UnsafeRawBufferPointer, hash: UInt64) -> Int32 {
        Int32(truncatingIfNeeded: slots[slot(hash, kind, key)] & 0xffff_ffff) - 1
    }

    func find(_ kind: UInt8, _ key: UnsafeRawBufferPointer) -> Int32 { find(kind, key, hash: KeyHash.of(kind, key)) }

    func payload(_ entry: Int32) -> UInt32 { entries[Int(entry)].payload }

    /// The entry that was added before one, with the same key; -1 if there is none.
    func next(_ entry: Int32) -> Int32 { entries[Int(entry)].next }

    func kind(_ entry: Int32) -> UInt8 { entries[Int(entry)].kind }

    func key(_ entry: Int32) -> ArraySlice<UInt8> {
        let entry = entries[Int(entry)]
        return text[Int(entry.offset)..<Int(entry.offset) + Int(entry.length)]
    }

    /// Calls back with the hash of every distinct key.
    func forEachHash(_ body: (UInt64) -> Void) {
        text.withUnsafeBytes { text in
            for slot in slots where slot != 0 {
                let entry = entries[Int(slot & 0xffff_ffff) - 1]
                let start = Int(entry.offset)
                body(KeyHash.of(entry.kind, UnsafeRawBufferPointer(rebasing: text[start..<start + Int(entry.length)])))
            }
        }
    }

    /// Gives back memory that was reserved for more.
    mutating func finish() {
        text = Array(text)
        entries = Array(entries)
    }

    /// Where the key stands, or would.
    private func slot(_ hash: UInt64, _ kind: UInt8, _ key: UnsafeRawBufferPointer) -> Int {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: hash & 0xffff_ffff) & mask
        while true {
            let slot = slots[place]
            if slot == 0 || (slot ^ hash) &>> 32 == 0 && isKey(Int(slot & 0xffff_ffff) - 1, kind, key) { return place }
            place = (place + 1) & mask
        }
    }

    private func isKey(_ number: Int, _ kind: UInt8, _ key: UnsafeRawBufferPointer) -> Bool {
        let entry = entries[number]
        guard entry.kind == kind, Int(entry.length) == key.count else { return false }
        let start = Int(entry.offset)
        for index in 0..<key.count where text[start + index] != key[index] { return false }
        return true
    }

    private mutating func grow() {
        let old = slots
        slots = [UInt64](repeating: 0, count: old.count * 2)
        let mask = slots.count - 1
        text.withUnsafeBytes { text in
            for slot in old where slot != 0 {
                let entry = entries[Int(slot & 0xffff_ffff) - 1]
                let start = Int(entry.offset)
                let hash = KeyHash.of(entry.kind, UnsafeRawBufferPointer(rebasing: text[start..<start + Int(entry.length)]))
                var place = Int(truncatingIfNeeded: hash & 0xffff_ffff) & mask
                while slots[place] != 0 { place = (place + 1) & mask }
                slots[place] = slot
            }
        }
    }
}
