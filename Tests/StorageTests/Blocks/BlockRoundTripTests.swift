import EventModel
import Storage
import Testing

@Suite("Hot blocks")
struct BlockRoundTripTests {
    /// Events of every shape come back as they went in: raw bytes, row, both ranges of fields.
    @Test(arguments: [
        ("one record", 1, 1, AuditEvents.Shape.allCases), ("plain JSON", 3, 200, [.json]), ("escapes", 3, 100, [.escaped]),
        ("several events a record", 3, 100, [.severalEvents]), ("syslog frames", 2, 100, [.jsonInSyslog]),
        ("text", 2, 300, [.text]), ("malformed", 2, 50, [.malformed]), ("mixed", 40, 37, AuditEvents.Shape.allCases),
        ("tiny batches", 200, 1, AuditEvents.Shape.allCases),
    ])
    func roundTrip(_ name: String, batches: Int, records: Int, shapes: [AuditEvents.Shape]) async throws {
        let store = try TestStore(seed: UInt64(records))
        let opened = try store.open()
        let given = (0..<batches).map { _ in store.events.batch(records, shapes: shapes) }
        let stored = try await opened.writer.commit(EventCommit(batches: given))
        #expect(stored.flatMap(\.sequences) == Array(1...Int64(given.reduce(0) { $0 + $1.rows.count })))

        let reader = try store.reader()
        let collected = Collector<StoredBatch>()
        let totals = try await reader.replay(after: 0, through: .max) { collected.add($0) }
        #expect(totals.events == given.reduce(0) { $0 + $1.rows.count })
        #expect(totals.damagedBlocks == [])
        #expect(firstDifference(collected.all.flatMap(\.batch.contents), given.flatMap(\.contents)) == nil)
        #expect(collected.all.flatMap(\.sequences) == stored.flatMap(\.sequences))
        #expect(collected.all.allSatisfy { $0.batch.source === AuditEvents.source })
    }

    /// Small segments and blocks: rows of one batch are spread over several of both.
    @Test func splitsBatchesOverSegmentsAndBlocks() async throws {
        let store = try TestStore()
        var limits = StoreLimits()
        limits.segmentBytes = 4_000
        limits.blockBytes = 20_000
        let given = (0..<8).map { _ in store.events.batch(40, shapes: AuditEvents.Shape.allCases) }
        try await store.open(limits).writer.commit(EventCommit(batches: given))
        let reader = try store.reader()
        #expect(try await reader.summary().blocks > 3)
        let found = try await reader.allEvents().map(\.event.contents)
        #expect(firstDifference(found, given.flatMap(\.contents)) == nil)
    }

    /// A catalog that has met the paths in another order gives them other numbers; names and values are the same.
    @Test func pathsAreStoredByName() async throws {
        let store = try TestStore()
        let given = store.events.batch(20)
        try await store.open().writer.commit(EventCommit(batches: [given]))
        let catalog = FieldCatalog()
        _ = catalog.intern("some.other.path")
        let products = ProductCatalog([Product(name: "slack", logSources: []), Product(name: "okta", logSources: [])])
        let reader = try StoreReader(files: store.files, catalog: catalog, products: products)
        let found = try await reader.allEvents()
        let names = { (event: Event, catalog: FieldCatalog) in
            event.ocsfFields.map { catalog.path(of: $0.id) } + event.vendorFields.map { catalog.path(of: $0.id) }
        }
        #expect(found.map { names($0.event, catalog) } == given.rows.indices.map { names(given[$0], store.events.catalog) })
        #expect(found.allSatisfy { products[$0.event.row.product].name == "okta" })
        #expect(found.allSatisfy { $0.event.batch.source.name == "audit" })
    }

    /// Records whose events were all stored before leave no bytes behind; the others keep theirs.
    @Test func leavesDuplicatesOut() async throws {
        let store = try TestStore()
        let opened = try store.open()
        let first = store.events.batch(60, shapes: [.json])
        try await opened.writer.commit(EventCommit(batches: [first]))
        let mixed = Self.interleaved(first, store.events.batch(60, shapes: [.json]))
        let stored = try await opened.writer.commit(EventCommit(batches: [mixed]))
        #expect(stored[0].sequences.count { $0 == 0 } == 60)
        let found = try await store.reader().allEvents()
        let expected = stride(from: 1, to: 120, by: 2).map { mixed[$0].contents }
        #expect(firstDifference(found.dropFirst(60).map(\.event.contents), expected) == nil)
    }

    /// The records of two batches by turns, with their fields.
    private static func interleaved(_ a: EventBatch, _ b: EventBatch) -> EventBatch {
        let bytes = Arena()
        var spans: [RecordSpan] = []
        for index in a.rows.indices {
            for batch in [a, b] {
                spans.append(RecordSpan(offset: UInt32(bytes.append(batch[index].raw)), length: batch[index].row.rawLength))
            }
        }
        let builder = EventBuilder(RecordBatch(source: a.source, receivedAt: a.receivedAt, bytes: bytes, records: spans))
        for index in a.rows.indices {
            for (offset, batch) in [a, b].enumerated() {
                let event = batch[index]
                var row = event.row
                let span = spans[index * 2 + offset]
                row.record = UInt32(index * 2 + offset)
                row.bodyOffset = row.bodyOffset - row.rawOffset + span.offset
                row.ocsfStart = UInt32(builder.fieldCount)
                for field in event.ocsfFields { builder.append(moved(field, event, span, builder)) }
                row.ocsfEnd = UInt32(builder.fieldCount)
                row.vendorStart = row.ocsfEnd
                for field in event.vendorFields { builder.append(moved(field, event, span, builder)) }
                row.vendorEnd = UInt32(builder.fieldCount)
                row.rawOffset = span.offset
                builder.append(row)
            }
        }
        return builder.finish()
    }

    private static func moved(_ field: Field, _ event: Event, _ span: RecordSpan, _ builder: EventBuilder) -> Field {
        var field = field
        field.offset =
            field.isDerived
            ? UInt32(builder.derived.append(event.batch.bytes(of: field))) : field.offset - event.row.rawOffset + span.offset
        return field
    }
}
