import EventModel

extension Event {
    /// The same event in a batch of its own: a slice of a block's segment would pin a quarter of a megabyte.
    func extracted() -> Event {
        let row = row
        let bytes = Arena(capacity: Int(row.rawLength))
        bytes.append(raw)
        let span = RecordSpan(offset: 0, length: row.rawLength)
        let builder = EventBuilder(
            RecordBatch(source: batch.source, receivedAt: batch.receivedAt, bytes: bytes, records: [span]))
        var copy = EventRow(record: 0, raw: span, receivedAt: batch.receivedAt)
        copy.bodyOffset = row.bodyOffset - row.rawOffset
        copy.bodyLength = row.bodyLength
        copy.time = row.time
        copy.classUID = row.classUID
        copy.product = row.product
        copy.state = row.state
        copy.part = row.part
        copy.key = row.key
        builder.reserveFields(ocsfFields.count + vendorFields.count)
        for field in ocsfFields { builder.append(Self.moved(field, of: self, to: builder)) }
        copy.ocsfEnd = UInt32(builder.fieldCount)
        copy.vendorStart = copy.ocsfEnd
        for field in vendorFields { builder.append(Self.moved(field, of: self, to: builder)) }
        copy.vendorEnd = UInt32(builder.fieldCount)
        builder.append(copy)
        return Event(batch: builder.finish(), index: 0)
    }

    private static func moved(_ field: Field, of event: Event, to builder: EventBuilder) -> Field {
        var field = field
        if field.isDerived {
            field.offset = UInt32(builder.derived.append(event.batch.bytes(of: field)))
        } else {
            field.offset -= event.row.rawOffset
        }
        return field
    }
}
