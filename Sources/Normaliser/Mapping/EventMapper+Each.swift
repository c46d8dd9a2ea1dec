import EventModel

// Hot path.

/// Lists of objects, made of the elements of a vendor's list.
extension EventMapper {
    /// Elements of one list that are mapped; the values of later ones stay in `unmapped`.
    private static let maximumElements = 256
    private static let maximumMembers = 64

    func writeEach(_ each: EachOp, _ reader: ValueReader, _ builder: EventBuilder, _ start: Int, _ end: Int) {
        let slot = Int(reader.slots[each.slot])
        guard slot >= start, builder.fields[slot].kind == .element else { return }
        var position = slot
        var count = 0
        while position < end, count < Self.maximumElements {
            let first = position + 1
            var next = first
            while next < end, !(builder.fields[next].id == each.list && builder.fields[next].kind == .element) { next += 1 }
            writeElement(each, builder, first, next, reader)
            position = next
            count += 1
        }
    }

    private func writeElement(_ each: EachOp, _ builder: EventBuilder, _ first: Int, _ end: Int, _ reader: ValueReader) {
        let count = builder.fieldCount
        builder.append(Field(id: each.mark, offset: 0, length: 0, kind: .element, isDerived: true))
        var present: UInt64 = 0
        for index in 0..<min(each.members.count, Self.maximumMembers) {
            if let field = value(each.members[index], each, builder, first, end, reader) {
                builder.append(field)
                present |= 1 << UInt64(index)
            }
        }
        if present == 0 || (each.anyOf != 0 && present & each.anyOf == 0) { builder.setFieldCount(count) }
    }

    private func value(
        _ member: EachOp.Member, _ each: EachOp, _ builder: EventBuilder, _ first: Int, _ end: Int, _ reader: ValueReader
    ) -> Field? {
        let fields = builder.fields
        for place in member.start..<member.end {
            let source = each.sources[place]
            for index in first..<end where fields[index].id == source {
                if let field = reader.convert(fields[index], member.form, member.id) { return field }
                break
            }
        }
        return nil
    }
}
