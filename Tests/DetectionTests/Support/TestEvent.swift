import EventModel

/// An event for tests. Times in seconds.
struct TestEvent: Equatable, Sendable {
    var sequence: Int64
    var time: Int64
    /// The base rules it matches.
    var kinds: [String]
    var fields: [(name: String, value: String)]
    var product: UInt16 = 1
    /// The record's text.
    var raw = "{"

    init(_ sequence: Int64, at time: Int64, _ kinds: String..., user: String? = "ana", item: String? = nil) {
        self.sequence = sequence
        self.time = time
        self.kinds = kinds
        fields = []
        if let user { fields.append(("user", user)) }
        if let item { fields.append(("item", item)) }
    }

    init(_ sequence: Int64, at time: Int64, kinds: [String], fields: [(String, String)]) {
        self.sequence = sequence
        self.time = time
        self.kinds = kinds
        self.fields = fields
    }

    var timestamp: Timestamp { Timestamp(seconds: time) }

    func value(_ name: String) -> String? { fields.first { $0.name == name }?.value.lowercased() }

    static func == (a: TestEvent, b: TestEvent) -> Bool { a.sequence == b.sequence }
}

extension [TestEvent] {
    /// The events as a batch of the store: one record each, the fields as the vendor's.
    func stored(catalog: FieldCatalog, source: Source, receivedAt: Timestamp = Timestamp(seconds: 1_000_000)) -> StoredBatch {
        let bytes = Arena(capacity: 64)
        let records = map { event in
            RecordSpan(offset: UInt32(bytes.append(event.raw)), length: UInt32(event.raw.utf8.count), flaw: .none)
        }
        let batch = RecordBatch(source: source, receivedAt: receivedAt, bytes: bytes, records: records)
        let builder = EventBuilder(batch)
        for (index, event) in enumerated() {
            var row = EventRow(record: index, raw: batch.records[index], receivedAt: receivedAt)
            row.time = event.timestamp
            row.product = event.product
            row.vendorStart = UInt32(builder.fieldCount)
            for kind in event.kinds { builder.append(catalog.intern("kinds"), derived: kind, inArray: true) }
            for field in event.fields { builder.append(catalog.intern(field.name), derived: field.value) }
            row.vendorEnd = UInt32(builder.fieldCount)
            row.ocsfStart = row.vendorEnd
            row.ocsfEnd = row.vendorEnd
            builder.append(row)
        }
        return StoredBatch(batch: builder.finish(), sequences: map(\.sequence))
    }
}
