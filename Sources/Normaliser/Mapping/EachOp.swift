import EventModel

// Hot path.

/// A list of objects, one for each element of a vendor's list. Immutable.
final class EachOp: Sendable {
    struct Member: Sendable {
        var id: FieldID
        var form: CompiledMapping.Form
        /// The vendor's fields that may give it, best first: `sources[start..<end]`.
        var start: Int
        var end: Int
    }

    /// The slot of the vendor list's first element.
    let slot: Int
    /// The vendor's list.
    let list: FieldID
    /// The OCSF list.
    let mark: FieldID
    let members: FrozenBuffer<Member>
    let sources: FrozenBuffer<FieldID>
    /// Bits of members, one of which an element must have; 0 if nothing is asked.
    let anyOf: UInt64

    init(
        slot: Int32, list: FieldID, mark: FieldID, members: [(id: FieldID, form: CompiledMapping.Form, sources: [FieldID])],
        anyOf: UInt64
    ) {
        self.slot = Int(slot)
        self.list = list
        self.mark = mark
        self.anyOf = anyOf
        var flat: [FieldID] = []
        var made: [Member] = []
        for member in members {
            let start = flat.count
            flat += member.sources
            made.append(Member(id: member.id, form: member.form, start: start, end: flat.count))
        }
        self.members = FrozenBuffer(made)
        sources = FrozenBuffer(flat)
    }

    deinit {
        members.deallocate()
        sources.deallocate()
    }
}
