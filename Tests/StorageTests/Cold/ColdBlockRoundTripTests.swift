import EventModel
import Storage
import Testing

@Suite("Cold blocks")
struct ColdBlockRoundTripTests {
    private static func codec(_ events: AuditEvents) -> ColdBlockCodec {
        ColdBlockCodec(catalog: events.catalog, products: events.products, sources: [AuditEvents.source])
    }

    private static func stored(_ batches: [EventBatch]) -> [StoredBatch] {
        var next: Int64 = 1
        return batches.map { batch in
            defer { next += Int64(batch.rows.count) }
            return StoredBatch(batch: batch, sequences: batch.rows.indices.map { next + Int64($0) })
        }
    }

    /// Events of every shape come back as they went in: raw bytes, row, both ranges of fields.
    @Test(arguments: [
        ("one record", 1, 1, AuditEvents.Shape.allCases), ("plain JSON", 3, 200, [.json]), ("escapes", 3, 100, [.escaped]),
        ("several events a record", 3, 100, [.severalEvents]), ("syslog frames", 2, 100, [.jsonInSyslog]),
        ("text", 2, 300, [.text]), ("malformed", 2, 50, [.malformed]), ("mixed", 40, 37, AuditEvents.Shape.allCases),
        ("tiny batches", 200, 1, AuditEvents.Shape.allCases),
    ])
    func roundTrip(_ name: String, batches: Int, records: Int, shapes: [AuditEvents.Shape]) throws {
        var events = AuditEvents(seed: UInt64(records))
        let given = Self.stored((0..<batches).map { _ in events.batch(records, shapes: shapes) })
        let codec = Self.codec(events)
        let found = try codec.open(codec.seal(given))
        #expect(firstDifference(found.flatMap(\.batch.keyless), given.flatMap(\.batch.keyless)) == nil)
        #expect(found.flatMap(\.sequences) == given.flatMap(\.sequences))
        #expect(found.allSatisfy { $0.batch.source === AuditEvents.source })
    }

    /// Any choice of rows comes back as among all.
    @Test(arguments: [1, 2, 3, 7, 20])
    func selectedRows(_ step: Int) throws {
        var events = AuditEvents(seed: 3)
        let given = Self.stored((0..<6).map { _ in events.batch(40, shapes: AuditEvents.Shape.allCases) })
        let codec = Self.codec(events)
        let bytes = codec.seal(given)
        let all = given.flatMap(\.batch.keyless)
        let selected = stride(from: step - 1, to: all.count, by: step).map(UInt32.init)
        let found = try codec.open(bytes, selected: selected)
        #expect(firstDifference(found.flatMap(\.batch.keyless), selected.map { all[Int($0)] }) == nil)
        #expect(found.flatMap(\.sequences) == selected.map { Int64($0) + 1 })
    }

    /// A catalog that has met the paths in another order gives them other numbers; names and values are the same.
    @Test func pathsAreStoredByName() throws {
        var events = AuditEvents(seed: 4)
        let given = Self.stored([events.batch(20)])
        let bytes = Self.codec(events).seal(given)
        let catalog = FieldCatalog()
        _ = catalog.intern("some.other.path")
        let products = ProductCatalog([Product(name: "slack", logSources: []), Product(name: "okta", logSources: [])])
        let found = try ColdBlockCodec(catalog: catalog, products: products).open(bytes)
        let names = { (event: Event, catalog: FieldCatalog) in
            (Array(event.ocsfFields) + Array(event.vendorFields)).map { catalog.path(of: $0.id) }
        }
        let batch = try #require(found.first?.batch)
        #expect(
            batch.rows.indices.map { names(batch[$0], catalog) }
                == given[0].batch.rows.indices.map { names(given[0].batch[$0], events.catalog) })
        #expect(batch.rows.allSatisfy { products[$0.product].name == "okta" })
    }

    /// Damage anywhere is noticed, and whatever is read all the same is never read out of bounds.
    @Test func damageIsNoticed() throws {
        var events = AuditEvents(seed: 5)
        let codec = Self.codec(events)
        let bytes = codec.seal(Self.stored([events.batch(60, shapes: AuditEvents.Shape.allCases)]))
        for number in bytes.segments.keys {
            for place in stride(from: 0, to: bytes.segments[number]?.count ?? 0, by: 97) {
                var damaged = bytes
                damaged.segments[number]?[place] ^= 0x10
                #expect(throws: (any Error).self) { try codec.open(damaged) }
            }
        }
        for place in stride(from: 0, to: bytes.head.count, by: 23) {
            var damaged = bytes
            damaged.head[place] ^= 0x10
            #expect(throws: (any Error).self) { try codec.open(damaged) }
        }
        var short = bytes
        short.segments[0] = nil
        #expect(throws: (any Error).self) { try codec.open(short) }
    }

    /// Records of one kind take a fraction of their size.
    @Test func repetitionTakesNoSpace() throws {
        var events = AuditEvents(seed: 6)
        let codec = Self.codec(events)
        let given = Self.stored((0..<20).map { _ in events.batch(100) })
        let bytes = codec.seal(given)
        let raw = given.reduce(0) { $0 + $1.batch.raw.count }
        #expect(bytes.count * 8 < raw, "\(bytes.count) of \(raw)")
    }
}
