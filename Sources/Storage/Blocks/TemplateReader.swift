import EventModel

// Hot path. Unsafe: every offset and length that comes from the block is checked against the streams before bytes are touched.

/// Puts records together again out of templates and values: the counterpart of `RecordTemplates`.
struct TemplateReader: ~Copyable {
    private struct Template: BitwiseCopyable {
        var firstColumn: Int
        var columnCount: Int
    }

    private var templates = PlainBuffer<Template>()
    private var columns = PlainBuffer<TemplateColumn>(capacity: 2_048)

    /// A record that was put together: what stands in front of the body and behind it.
    struct Shape {
        var length: Int
        var head: Int
        var tail: Int
    }

    mutating func removeAll() {
        templates.removeAll()
        columns.removeAll()
    }

    /// Appends the next record to `output`.
    /// - Parameters:
    ///   - choices: the stream that says which template and which values.
    ///   - records: whole records and new values; those before `recordOffset` have been read.
    ///   - limit: the most bytes that the record may have.
    mutating func read(
        _ choices: inout ByteReader, _ records: UnsafeRawBufferPointer, _ recordOffset: inout Int, limit: Int,
        to output: Arena
    ) throws(BlockError) -> Shape {
        let number = try choices.count(templates.count)
        if number == templates.count { try define(&choices, recordBytes: recordOffset) }
        let template = templates[number]
        let count = template.columnCount
        let changed = try choices.bytes((count + 7) / 8)
        let columns = columns.base + template.firstColumn
        let start = output.count
        var last = 0
        for index in 0..<count {
            if changed[index &>> 3] & (1 &<< UInt8(truncatingIfNeeded: index & 7)) != 0 {
                columns[index].last = try value(&choices, columns + index, records, &recordOffset)
            }
            let (gap, value) = (columns[index].gap, columns[index].last)
            guard output.count - start + Int(gap.length) + Int(value.length) <= limit else {
                throw .damaged("a record is longer than its segment says")
            }
            output.append(UnsafeRawBufferPointer(rebasing: records[Int(gap.offset)..<Int(gap.offset) + Int(gap.length)]))
            output.append(UnsafeRawBufferPointer(rebasing: records[Int(value.offset)..<Int(value.offset) + Int(value.length)]))
            last = Int(value.length)
        }
        return Shape(length: output.count - start, head: Int(columns[0].last.length), tail: count > 1 ? last : 0)
    }

    private func value(
        _ choices: inout ByteReader, _ column: UnsafeMutablePointer<TemplateColumn>, _ records: UnsafeRawBufferPointer,
        _ recordOffset: inout Int
    ) throws(BlockError) -> ValuePlace {
        let code = Int(try choices.byte())
        guard code < 2 * TemplateColumn.slotCount else { throw .damaged("a value's code is out of bounds") }
        let slots = TemplateColumn.slots(of: column)
        if code < TemplateColumn.slotCount { return slots[code] }
        let length = try choices.count(records.count - recordOffset)
        let place = ValuePlace(offset: UInt32(truncatingIfNeeded: recordOffset), length: UInt32(truncatingIfNeeded: length))
        recordOffset += length
        slots[code - TemplateColumn.slotCount] = place
        return place
    }

    /// Reads a template: a record that has been read, and where its values are.
    private mutating func define(_ choices: inout ByteReader, recordBytes: Int) throws(BlockError) {
        var offset = try choices.count(recordBytes)
        let count = try choices.count(RecordTemplates.maximumColumns)
        guard count > 0 else { throw .damaged("a template without columns") }
        templates.append(Template(firstColumn: columns.count, columnCount: count))
        for _ in 0..<count {
            let gap = try choices.count(recordBytes - offset)
            let length = try choices.count(recordBytes - offset - gap)
            columns.append(
                TemplateColumn(
                    gap: ValuePlace(offset: UInt32(truncatingIfNeeded: offset), length: UInt32(truncatingIfNeeded: gap)),
                    last: ValuePlace(
                        offset: UInt32(truncatingIfNeeded: offset + gap), length: UInt32(truncatingIfNeeded: length))))
            offset += gap + length
        }
    }
}
