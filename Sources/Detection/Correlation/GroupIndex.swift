// Hot path.

/// From a group's key to its slot: open addressing with linear probing over slot numbers, 4 bytes an entry. The keys themselves
/// stand in the slots.
struct GroupIndex: Sendable {
    static let none = UInt32.max
    private var entries: [UInt32] = []
    private var mask = 0
    private(set) var count = 0

    func find(_ key: GroupKey, _ slots: [GroupSlot]) -> UInt32 {
        if entries.isEmpty { return Self.none }
        var place = Int(truncatingIfNeeded: key.low) & mask
        while true {
            let slot = entries[place]
            if slot == Self.none || slots[Int(slot)].key == key { return slot }
            place = (place + 1) & mask
        }
    }

    /// Where a search for the key begins: a slot that may be the one, or none.
    @inline(__always)
    func guess(_ key: GroupKey) -> UInt32 { entries.isEmpty ? Self.none : entries[Int(truncatingIfNeeded: key.low) & mask] }

    /// Adds a slot whose key is not in the index yet.
    mutating func insert(_ slot: UInt32, _ slots: [GroupSlot]) {
        // At most three quarters full: a probe then looks at two entries on average.
        if (count + 1) * 4 > entries.count * 3 { grow(slots) }
        place(slot, slots[Int(slot)].key)
        count += 1
    }

    private mutating func place(_ slot: UInt32, _ key: GroupKey) {
        var place = Int(truncatingIfNeeded: key.low) & mask
        while entries[place] != Self.none { place = (place + 1) & mask }
        entries[place] = slot
    }

    private mutating func grow(_ slots: [GroupSlot]) {
        let old = entries
        entries = [UInt32](repeating: Self.none, count: max(8, old.count * 2))
        mask = entries.count - 1
        for slot in old where slot != Self.none { place(slot, slots[Int(slot)].key) }
    }

    /// Takes a slot out, and moves up those behind it that its gap would hide.
    mutating func remove(_ slot: UInt32, _ slots: [GroupSlot]) {
        var gap = Int(truncatingIfNeeded: slots[Int(slot)].key.low) & mask
        while entries[gap] != slot { gap = (gap + 1) & mask }
        var next = (gap + 1) & mask
        while entries[next] != Self.none {
            let home = Int(truncatingIfNeeded: slots[Int(entries[next])].key.low) & mask
            if (next &- home) & mask >= (next &- gap) & mask {
                entries[gap] = entries[next]
                gap = next
            }
            next = (next + 1) & mask
        }
        entries[gap] = Self.none
        count -= 1
        if count == 0 { self = GroupIndex() }
    }
}
