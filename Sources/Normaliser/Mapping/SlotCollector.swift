import EventModel

// Hot path. Unsafe: `slots` is valid for `slotCapacity` entries, `words` for `groupCapacity`, `pending` for
// `groupCapacity * maximumPending`; mappings with more are refused by `init`.

/// Finds the first field for each slot of a mapping, in one pass over a record's fields. Scratch of one lane.
struct SlotCollector {
    /// Members of an element that stand before the one that tells elements apart; later ones are not looked at.
    private static let maximumPending = 12

    private struct Pending {
        var column: Int32
        var field: Int32
    }

    /// Indices of fields; -1 for none. Valid after `collect`.
    let slots: UnsafeMutablePointer<Int32>
    private let words: UnsafeMutablePointer<Int32>
    private let counts: UnsafeMutablePointer<Int32>
    private let pending: UnsafeMutablePointer<Pending>

    /// Scratch for the largest of the mappings.
    init(_ mappings: [CompiledMapping]) {
        let slotCapacity = max(1, mappings.map(\.slots.count).max() ?? 1)
        let groupCapacity = max(1, mappings.map(\.slots.groups.count).max() ?? 1)
        slots = .allocate(capacity: slotCapacity)
        slots.initialize(repeating: -1, count: slotCapacity)
        words = .allocate(capacity: groupCapacity)
        words.initialize(repeating: -1, count: groupCapacity)
        counts = .allocate(capacity: groupCapacity)
        counts.initialize(repeating: 0, count: groupCapacity)
        pending = .allocate(capacity: groupCapacity * Self.maximumPending)
        pending.initialize(repeating: Pending(column: 0, field: 0), count: groupCapacity * Self.maximumPending)
    }

    func deallocate() {
        slots.deallocate()
        words.deallocate()
        counts.deallocate()
        pending.deallocate()
    }

    /// Fills `slots` from `fields[start..<end]`.
    func collect(
        _ mapping: CompiledMapping, _ fields: UnsafeMutablePointer<Field>, _ start: Int, _ end: Int,
        raw: UnsafeRawPointer, derived: UnsafeRawPointer
    ) {
        slots.update(repeating: -1, count: mapping.slots.count)
        for group in mapping.slots.groups.indices {
            words[group] = -1
            counts[group] = 0
        }
        let slots = slots
        mapping.codes.withCodes { codes in
            var index = start
            while index < end {
                let id = fields[index].id.index
                let code = id < codes.count ? codes[id] : 0
                if code != 0 {
                    if code < SlotTables.complexBase {
                        let slot = Int(code) - 1
                        if slots[slot] < 0 { slots[slot] = Int32(truncatingIfNeeded: index) }
                    } else {
                        collect(mapping.slots, Int(code - SlotTables.complexBase), fields, index, raw, derived)
                    }
                }
                index += 1
            }
        }
    }

    private func collect(
        _ tables: SlotTables, _ place: Int, _ fields: UnsafeMutablePointer<Field>, _ index: Int, _ raw: UnsafeRawPointer,
        _ derived: UnsafeRawPointer
    ) {
        let complex = tables.complex[place]
        if complex.plainSlot >= 0, slots[Int(complex.plainSlot)] < 0 {
            slots[Int(complex.plainSlot)] = Int32(truncatingIfNeeded: index)
        }
        for role in Int(complex.start)..<Int(complex.end) {
            switch tables.roles[role] {
            case .mark(let group):
                guard fields[index].kind == .element else { continue }
                words[Int(group)] = -1
                counts[Int(group)] = 0
            case .key(let group):
                let field = fields[index]
                let text = UnsafeRawBufferPointer(
                    start: (field.isDerived ? derived : raw) + Int(field.offset), count: field.length)
                guard let word = tables.groups[Int(group)].words.find(text) else { continue }
                words[Int(group)] = Int32(word)
                for waiting in 0..<Int(counts[Int(group)]) {
                    let entry = pending[Int(group) * Self.maximumPending + waiting]
                    fill(tables.groups[Int(group)], word, Int(entry.column), Int(entry.field))
                }
                counts[Int(group)] = 0
            case .value(let group, let column):
                let word = words[Int(group)]
                if word >= 0 {
                    fill(tables.groups[Int(group)], Int(word), Int(column), index)
                } else if counts[Int(group)] < Int32(Self.maximumPending) {
                    let waiting = Int(group) * Self.maximumPending + Int(counts[Int(group)])
                    pending[waiting] = Pending(column: column, field: Int32(truncatingIfNeeded: index))
                    counts[Int(group)] += 1
                }
            }
        }
    }

    private func fill(_ group: SlotTables.Group, _ word: Int, _ column: Int, _ index: Int) {
        let target = word * group.columns + column
        for place in Int(group.targets[target])..<Int(group.targets[target + 1]) {
            let slot = Int(group.slots[place])
            if slots[slot] < 0 { slots[slot] = Int32(truncatingIfNeeded: index) }
        }
    }
}
