import EventModel

/// An event for tests, field by field, without a parser between.
struct SampleEvent {
    struct Value {
        var path: String
        var text: String
        var kind: FieldKind
        /// The text stands in the batch's derived bytes, as that of a string with escapes does.
        var isDerived = false
    }

    var vendor: [Value] = []
    var ocsf: [Value] = []
    var body = ""
    /// What a frame put before the body.
    var frame = ""
    var time = Timestamp(microseconds: 0)
    var product: UInt16 = 0

    /// One event whose vendor fields are these strings.
    static func strings(_ fields: KeyValuePairs<String, String>) -> SampleEvent {
        SampleEvent(vendor: fields.map { Value(path: $0.key, text: $0.value, kind: .string) })
    }

    static func batch(_ events: [SampleEvent], catalog: FieldCatalog) -> EventBatch {
        let bytes = Arena()
        var records: [RecordSpan] = []
        var places: [[Int]] = []
        for event in events {
            let start = bytes.count
            bytes.append(event.frame)
            bytes.append(event.body)
            let end = bytes.count
            // Values stand behind the record; a real one contains them.
            places.append((event.vendor + event.ocsf).map { $0.isDerived ? -1 : bytes.append($0.text) })
            records.append(RecordSpan(offset: UInt32(start), length: UInt32(end - start)))
        }
        let source = Source(id: 0, name: "test")
        let batch = RecordBatch(source: source, receivedAt: Timestamp(microseconds: 0), bytes: bytes, records: records)
        let builder = EventBuilder(batch)
        for (number, event) in events.enumerated() {
            var row = EventRow(record: number, raw: records[number], receivedAt: event.time)
            row.bodyOffset += UInt32(event.frame.utf8.count)
            row.bodyLength -= UInt32(event.frame.utf8.count)
            row.time = event.time
            row.product = event.product
            for (index, value) in (event.vendor + event.ocsf).enumerated() {
                if index == 0 { row.vendorStart = UInt32(builder.fieldCount) }
                if index == event.vendor.count { row.ocsfStart = UInt32(builder.fieldCount) }
                let id = catalog.intern(value.path)
                if value.isDerived {
                    builder.append(id, derived: value.text, kind: value.kind)
                } else {
                    builder.append(
                        Field(id: id, offset: places[number][index], length: value.text.utf8.count, kind: value.kind))
                }
            }
            if event.vendor.isEmpty { row.vendorStart = row.ocsfStart }
            row.vendorEnd = row.vendorStart + UInt32(event.vendor.count)
            if event.ocsf.isEmpty { row.ocsfStart = row.vendorEnd }
            row.ocsfEnd = row.ocsfStart + UInt32(event.ocsf.count)
            builder.append(row)
        }
        return builder.finish()
    }
}
