import EventModel

// Hot path.

/// Which of a record's fields fill which slot, beyond what `CompiledMapping.codes` says at once. Immutable.
///
/// A code below `complexBase` is a slot plus 1. Other codes mean fields of lists of objects: the mark of an element, the member
/// by which elements are told apart (Google's `parameters[].name`), and members that are taken from the element found.
final class SlotTables: Sendable {
    static let complexBase: UInt16 = 0x8000

    enum Role: Sendable {
        case mark(group: Int32)
        case key(group: Int32)
        case value(group: Int32, column: Int32)
    }

    /// A field with roles: `roles[start..<end]`.
    struct Complex: Sendable {
        /// -1: none.
        var plainSlot: Int32
        var start: Int32
        var end: Int32
    }

    /// One list whose elements are told apart by one member. Immutable.
    final class Group: Sendable {
        /// From the member's text to a row.
        let words: ByteTable
        let columns: Int
        /// The slots of (row, column): `slots[targets[row * columns + column] ..< targets[row * columns + column + 1]]`.
        let targets: FrozenBuffer<Int32>
        let slots: FrozenBuffer<Int32>

        init(words: ByteTable, columns: Int, targets lists: [[Int32]]) {
            self.words = words
            self.columns = columns
            var starts: [Int32] = [0]
            for list in lists { starts.append((starts.last ?? 0) + Int32(list.count)) }
            targets = FrozenBuffer(starts)
            slots = FrozenBuffer(lists.flatMap { $0 })
        }

        deinit {
            targets.deallocate()
            slots.deallocate()
        }
    }

    let count: Int
    let complex: FrozenBuffer<Complex>
    let roles: FrozenBuffer<Role>
    let groups: [Group]

    init(count: Int, complex: [(plainSlot: Int32, roles: [Role])], groups: [Group]) {
        self.count = count
        var flat: [Role] = []
        var places: [Complex] = []
        for entry in complex {
            let start = Int32(flat.count)
            flat += entry.roles
            places.append(Complex(plainSlot: entry.plainSlot, start: start, end: Int32(flat.count)))
        }
        self.complex = FrozenBuffer(places)
        roles = FrozenBuffer(flat)
        self.groups = groups
    }

    deinit {
        complex.deallocate()
        roles.deallocate()
    }
}
