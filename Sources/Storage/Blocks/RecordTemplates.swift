import EventModel

// Hot path. Unsafe: spans of a row lie within its record, whose arena has `Arena.slack` readable bytes after its last. Offsets of
// columns and values lie within `records`, whose bytes never move back. Streams are reserved before they are written to.

/// Finds what records have in common: audit events of one kind are one text with other values in it.
///
/// A *template* is a record with the places of its values, the *columns*: what stands in front of the JSON document, each of its
/// scalars, and what follows it. A later record whose text between the values is the same is told by its values alone, and of
/// those only the ones that differ from the row before. A record that fits none is kept whole, and becomes a template if a second
/// one like it comes. (docs/store-format.md, "Records".) Belongs to one segment.
struct RecordTemplates: ~Copyable {
    /// Records with more values are kept whole.
    static let maximumColumns = 1_024
    /// Kinds of records in one segment that are looked for.
    private static let maximumTemplates = 1_024

    /// A record seen, and its number once a second one like it has come.
    private struct Template: BitwiseCopyable {
        var hash: UInt64
        var firstColumn: Int
        var columnCount: Int
        var number: Int
        /// Where its record stands in `records`.
        var record: Int
    }

    private var templates = PlainBuffer<Template>()
    private var columns = PlainBuffer<TemplateColumn>(capacity: 2_048)
    private var definedCount = 0
    /// Open addressing: index into `templates` plus one, or 0.
    private let table: UnsafeMutablePointer<UInt16>
    private static let tableSize = maximumTemplates * 2
    /// Spans of the row at hand, from the record's first byte.
    private let spans: UnsafeMutablePointer<ValuePlace>
    private var spanCount = 0

    init() {
        table = .allocate(capacity: Self.tableSize)
        table.initialize(repeating: 0, count: Self.tableSize)
        spans = .allocate(capacity: Self.maximumColumns)
    }

    deinit {
        table.deallocate()
        spans.deallocate()
    }

    mutating func removeAll() {
        if templates.count > 0 { table.update(repeating: 0, count: Self.tableSize) }
        templates.removeAll()
        columns.removeAll()
        definedCount = 0
    }

    /// Appends the record of a row whose vendor fields are `fields`: its new values to `records` and the rest to `choices`, and
    /// answers true; or the whole record to `records`, and answers false.
    mutating func append(
        _ row: EventRow, _ fields: UnsafePointer<Field>, _ count: Int, raw: UnsafeRawPointer, to records: Arena,
        choices: Arena
    ) -> Bool {
        let record = raw + Int(row.rawOffset)
        let length = Int(row.rawLength)
        guard let hash = findSpans(row, fields, count, record) else {
            records.append(record, length)
            return false
        }
        records.reserve(length)
        var place = Int(truncatingIfNeeded: hash) & (Self.tableSize - 1)
        while table[place] != 0 {
            let index = Int(table[place]) - 1
            if templates[index].hash == hash, templates[index].columnCount == spanCount {
                if fits(templates[index], record, records.base) {
                    let isNew = templates[index].number < 0
                    if isNew { define(index, choices) }
                    write(templates[index], isNew: isNew, record, records, choices)
                    return true
                }
                // A record not used yet makes place for the newer one; else the shape is known by another text.
                if templates[index].number < 0 {
                    let template = templates[index]
                    templates[index].record = records.count
                    setColumns(template.firstColumn, recordOffset: records.count)
                }
                records.append(record, length)
                return false
            }
            place = (place + 1) & (Self.tableSize - 1)
        }
        if templates.count < Self.maximumTemplates {
            templates.append(
                Template(
                    hash: hash, firstColumn: columns.count, columnCount: spanCount, number: -1, record: records.count))
            table[place] = UInt16(templates.count)
            columns.append(repeating: TemplateColumn(gap: ValuePlace(), last: ValuePlace()), count: spanCount)
            setColumns(columns.count - spanCount, recordOffset: records.count)
        }
        records.append(record, length)
        return false
    }

    // MARK: Spans

    /// Finds the columns of a record; a number that records of one kind have in common, or nil if it has too many values.
    private mutating func findSpans(
        _ row: EventRow, _ fields: UnsafePointer<Field>, _ count: Int, _ record: UnsafeRawPointer
    ) -> UInt64? {
        guard count <= Self.maximumColumns - 2 else { return nil }
        let bodyStart = row.bodyOffset &- row.rawOffset
        let bodyEnd = bodyStart &+ row.bodyLength
        spans[0] = ValuePlace(offset: 0, length: bodyStart)
        var found = 1
        let spans = spans
        var hash = UInt64(truncatingIfNeeded: count)
        var end = bodyStart
        var isAfterString = false
        for index in 0..<count {
            let field = fields[index]
            let kind = field.kind
            // A string with escapes is of the same kind as one without. A sum, so that no step waits for the one before.
            let word = UInt64(field.id.rawValue) &<< 8 | UInt64(kind.rawValue)
            hash &+= (word ^ UInt64(truncatingIfNeeded: index) &* 0x9e37_79b9_7f4a_7c15) &* 0xc2b2_ae3d_27d4_eb4f
            if kind.rawValue > FieldKind.null.rawValue { continue }
            var span = ValuePlace(offset: field.offset &- row.rawOffset, length: UInt32(truncatingIfNeeded: field.length))
            if field.isDerived {
                guard kind == .string, let escaped = Self.stringValue(record, from: end, to: bodyEnd, isAfterString) else {
                    return nil
                }
                span = escaped
            }
            // Fields come in the order of the text; what does not is no scan of this body.
            guard span.offset >= end, span.offset &+ span.length <= bodyEnd else { return nil }
            spans[found] = span
            found &+= 1
            end = span.offset &+ span.length
            isAfterString = kind == .string
        }
        spans[found] = ValuePlace(offset: bodyEnd, length: row.rawLength &- bodyEnd)
        spanCount = found + 1
        return hash ^ hash &>> 29
    }

    /// The next string of a JSON document that is not a key, without its quotes.
    static func stringValue(
        _ record: UnsafeRawPointer, from: UInt32, to end: UInt32, _ isAfterString: Bool
    ) -> ValuePlace? {
        let bytes = record.assumingMemoryBound(to: UInt8.self)
        var p = Int(from) + (isAfterString ? 1 : 0)
        let end = Int(end)
        while p < end {
            if bytes[p] != UInt8(ascii: "\"") {
                p += 1
                continue
            }
            let start = p + 1
            p = start
            while p < end, bytes[p] != UInt8(ascii: "\"") { p += bytes[p] == UInt8(ascii: "\\") ? 2 : 1 }
            guard p < end else { return nil }
            let stop = p
            p += 1
            while p < end, bytes[p] <= 0x20 { p += 1 }
            if p >= end || bytes[p] != UInt8(ascii: ":") {
                return ValuePlace(offset: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: stop - start))
            }
        }
        return nil
    }

    // MARK: Templates

    /// Makes the row at hand, whose record stands at `recordOffset` in the stream, the template with these columns.
    private mutating func setColumns(_ first: Int, recordOffset: Int) {
        let base = UInt32(truncatingIfNeeded: recordOffset)
        var end: UInt32 = 0
        for index in 0..<spanCount {
            let span = spans[index]
            columns[first + index] = TemplateColumn(
                gap: ValuePlace(offset: base &+ end, length: span.offset &- end),
                last: ValuePlace(offset: base &+ span.offset, length: span.length))
            end = span.offset &+ span.length
        }
    }

    /// Whether the text between the values is the template's.
    private func fits(_ template: Template, _ record: UnsafeRawPointer, _ stream: UnsafeMutableRawPointer) -> Bool {
        let columns = columns.base + template.firstColumn
        var end: UInt32 = 0
        for index in 0..<spanCount {
            let gap = columns[index].gap
            let length = spans[index].offset &- end
            if length != gap.length { return false }
            if !ByteRuns.equal(record + Int(end), stream + Int(gap.offset), Int(length)) { return false }
            end = spans[index].offset &+ spans[index].length
        }
        return true
    }

    /// Gives the template the next number; its definition stands where it is used first.
    private mutating func define(_ index: Int, _ choices: Arena) {
        let template = templates[index]
        choices.reserve((3 + template.columnCount * 2) * Varint.maximumLength)
        var p = (choices.base + choices.count).assumingMemoryBound(to: UInt8.self)
        let start = p
        Varint.write(definedCount, &p)
        Varint.write(template.record, &p)
        Varint.write(template.columnCount, &p)
        for column in template.firstColumn..<template.firstColumn + template.columnCount {
            Varint.write(Int(columns[column].gap.length), &p)
            Varint.write(Int(columns[column].last.length), &p)
        }
        choices.setCount(choices.count + (p - start))
        templates[index].number = definedCount
        definedCount += 1
    }

    // MARK: Values

    /// Writes the values of the row at hand.
    private func write(
        _ template: Template, isNew: Bool, _ record: UnsafeRawPointer, _ records: Arena, _ choices: Arena
    ) {
        let count = template.columnCount
        let bitmapBytes = (count + 7) / 8
        choices.reserve(Varint.maximumLength + bitmapBytes + 8 + count * (1 + Varint.maximumLength))
        let start = (choices.base + choices.count).assumingMemoryBound(to: UInt8.self)
        var p = start
        // A definition has told the number already.
        if !isNew { Varint.write(template.number, &p) }
        var bitmap = p
        var bits: UInt8 = 0
        p += bitmapBytes
        let columns = columns.base + template.firstColumn
        let stream = records.base
        var end = records.count
        let spans = spans
        for index in 0..<count {
            if index & 7 == 0, index > 0 {
                bitmap.pointee = bits
                bitmap += 1
                bits = 0
            }
            let span = spans[index]
            let bytes = record + Int(span.offset)
            let length = Int(span.length)
            let column = columns + index
            let last = column.pointee.last
            if span.length == last.length, ByteRuns.equal(bytes, stream + Int(last.offset), length) { continue }
            bits |= 1 &<< UInt8(truncatingIfNeeded: index & 7)
            var slot = 0
            let slots = TemplateColumn.slots(of: column)
            // Ids never come again: after some new values in a row the slots are asked only now and then.
            if column.pointee.newInARow & 31 < 16 {
                slot = ByteRuns.slot(bytes, length)
                let known = slots[slot]
                if span.length == known.length, ByteRuns.equal(bytes, stream + Int(known.offset), length) {
                    p.pointee = UInt8(truncatingIfNeeded: slot)
                    p += 1
                    column.pointee.last = known
                    column.pointee.newInARow = 0
                    continue
                }
            }
            column.pointee.newInARow &+= 1
            p.pointee = UInt8(truncatingIfNeeded: slot &+ TemplateColumn.slotCount)
            p += 1
            Varint.write(length, &p)
            let value = ValuePlace(offset: UInt32(truncatingIfNeeded: end), length: span.length)
            ByteRuns.copy(bytes, length, to: stream + end)
            end &+= length
            slots[slot] = value
            column.pointee.last = value
        }
        bitmap.pointee = bits
        choices.setCount(choices.count + (p - start))
        records.setCount(end)
    }
}
