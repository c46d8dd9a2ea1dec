import EventModel
import Matching
import Storage
import TestSupport
import Testing

@Suite("Search in cold blocks")
struct ColdSearchTests {
    /// Cold events of every shape, and what a program says of them as they were made.
    private struct Filled {
        var cold: ColdStore
        var batches: [StoredBatch] = []

        init(seed: UInt64) async throws {
            cold = try ColdStore(seed: seed)
            for _ in 0..<6 {
                let batch = cold.store.events.batch(40, shapes: AuditEvents.Shape.allCases)
                batches += try await cold.opened.writer.commit(EventCommit(batches: [batch]))
            }
            try await cold.compact()
        }

        func expected(_ expression: MatchExpression) -> [Int64] {
            let program = MatchProgram(expression, catalog: cold.store.events.catalog)
            let scratch = MatchScratch()
            return batches.flatMap { stored in
                var rows: [UInt32] = []
                program.match(stored.batch, scratch: scratch, into: &rows)
                return rows.map { stored.sequences[Int($0)] }
            }
        }
    }

    private static func any(_ test: ValueTest) -> MatchExpression { .test(FieldTest(.anyValue, test)) }

    private static let network = IPNetwork("198.51.4.0/23")

    /// Tests of every kind, on either range of fields and on every value.
    static let leaves: [MatchExpression] = [
        test("metadata.event_code", .text(.exactly("policy.evaluate_sign_on"))),
        test("eventType", .text(.exactly("USER.session.start"))),
        .test(FieldTest(.vendor("eventType"), .text(.exactly("user.session.start", isCased: true)))),
        .test(FieldTest(.vendor("metadata.event_code"), .exists(true))), test("target.displayName", .text(.containing("é\""))),
        test("target.displayName", .text(.containing("\n"))), test("actor.alternateId", .text(.exactly("user7@example.com"))),
        test("target.alternateId", .text(TextPattern([.literal("user1"), .anyOne, .anyRun]))),
        any(.text(.containing("lisbon"))), any(.text(.containing("session opened"))),
        any(.text(.containing("audit - - - {\"actor"))),
        any(.text(.exactly("Lisbon"))), any(.text(.containing("1795"))), any(.text(.exactly("nothing of the kind"))),
        test("quarantine.error", .exists(true)), test("quarantine.error", .exists(false)), test("identity", .exists(true)),
        test("message", .text(TextPattern([.literal("su:"), .anyRun]))), test("client.id", .null), test("client.device", .null),
        test("actor", .exists(true)), test("target", .exists(false)), test("class_uid", .number(3_002, text: "3002")),
        test("securityContext.asNumber", .compare(.greater, 64_499)), test("securityContext.asNumber", .compare(.less, 64_500)),
        test("client.geographicalContext.geolocation.lat", .compare(.greaterOrEqual, 38.7)),
        test("securityContext.isProxy", .text(.exactly("false"))), test("quarantine.offset", .compare(.greater, 10)),
        network.map { test("src_endpoint.ip", .network($0)) } ?? .constant(false),
        test("client.userAgent.rawUserAgent", .regex(RegexPattern("Chrome/1[0-9]+\\.", ignoresCase: true))),
        test("published", .timePart(.minute, 20...40)), test("time", .compare(.greater, 1_795_161_700_000)),
        test("actor.alternateId", .field(.named("target.alternateId"), .equals)),
        .test(FieldTest(.anyValue, .time(.greater, Timestamp(seconds: AuditEvents.start + 100)))),
        .constant(true), .constant(false),
    ]

    @Test(arguments: leaves)
    func findsWhatTheExpressionMeans(_ expression: MatchExpression) async throws {
        let filled = try await Filled(seed: 5)
        let reader = try filled.cold.store.reader()
        let result = try await reader.search(SearchRequest(expression))
        #expect(result.events.map(\.sequence).sorted() == filled.expected(expression))
        #expect(!result.totals.isPartial)
        let columns = Collector<Int64>()
        try await reader.columns(SearchRequest(expression), fields: []) { block in block.sequences.forEach(columns.add) }
        #expect(columns.all.sorted() == filled.expected(expression))
    }

    /// Parts of values of any kind, where they are packed in any way, in capitals now and then.
    @Test func findsAnyPartOfAnyValue() async throws {
        var generator = SeededGenerator(seed: 18)
        let filled = try await Filled(seed: 7)
        let reader = try filled.cold.store.reader()
        for _ in 0..<150 {
            guard let event = filled.batches.randomElement(using: &generator)?.batch,
                let row = event.rows.indices.randomElement(using: &generator),
                let field = (Array(event[row].ocsfFields) + Array(event[row].vendorFields)).randomElement(using: &generator)
            else { continue }
            let text = String(decoding: event.bytes(of: field), as: UTF8.self)
            let start = Int.random(in: 0...text.count, using: &generator)
            var part = String(text.dropFirst(start).prefix(Int.random(in: 1...20, using: &generator)))
            if Bool.random(using: &generator) { part = part.uppercased() }
            let expression = Self.any(.text(.containing(part)))
            let found = try await reader.search(SearchRequest(expression))
            #expect(found.events.map(\.sequence).sorted() == filled.expected(expression), "\(part)")
        }
    }

    /// Random trees over these tests.
    @Test func findsWhatRandomTreesMean() async throws {
        var generator = SeededGenerator(seed: 17)
        let filled = try await Filled(seed: 6)
        let reader = try filled.cold.store.reader()
        for _ in 0..<150 {
            let tree = Self.tree(depth: 3, &generator)
            let columns = Collector<Int64>()
            try await reader.columns(SearchRequest(tree), fields: []) { block in block.sequences.forEach(columns.add) }
            #expect(columns.all.sorted() == filled.expected(tree), "\(tree)")
        }
    }

    private static func tree(depth: Int, _ generator: inout SeededGenerator) -> MatchExpression {
        let leaf = leaves[Int.random(in: 0..<leaves.count, using: &generator)]
        guard depth > 0 else { return leaf }
        let members = (0..<Int.random(in: 1...3, using: &generator)).map { _ in tree(depth: depth - 1, &generator) }
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return .all(members)
        case 1: return .any(members)
        case 2: return .not(members[0])
        default: return leaf
        }
    }

    /// Every value that an event has is found as a whole value, whatever the filter says: it never says no to one that is there.
    @Test func everyValueIsFound() async throws {
        let filled = try await Filled(seed: 8)
        let reader = try filled.cold.store.reader()
        var values = Set<String>()
        for stored in filled.batches {
            for row in stored.batch.rows.indices {
                let event = stored.batch[row]
                for field in Array(event.ocsfFields) + Array(event.vendorFields)
                where field.kind.rawValue <= FieldKind.false.rawValue {
                    values.insert(String(decoding: stored.batch.bytes(of: field), as: UTF8.self))
                }
            }
        }
        for value in values.sorted().enumerated().filter({ $0.offset % 23 == 0 }).map(\.element) {
            let expression = Self.any(.text(.exactly(value)))
            let totals = try await reader.search(SearchRequest(expression)).totals
            #expect(totals.matched == filled.expected(expression).count && totals.matched > 0, "\(value)")
        }
    }

    /// A value that is in no block opens none.
    @Test func theFilterSparesBlocks() async throws {
        let filled = try await Filled(seed: 9)
        let reader = try filled.cold.store.reader()
        var scanned = 0
        for number in 0..<200 {
            let expression = Self.any(.text(.exactly("no such value \(number)")))
            scanned += try await reader.search(SearchRequest(expression)).totals.scannedBlocks
        }
        #expect(scanned < 20)
    }

    /// Values by columns are those of the events, cold or hot.
    @Test(arguments: [true, false])
    func columnsGiveTheFieldsValues(_ isCold: Bool) async throws {
        var cold = try ColdStore(seed: 10)
        // More than are put together one by one.
        try await cold.fill(9, records: 60)
        if isCold { try await cold.compact() }
        let reader = try cold.store.reader()
        // Of the names of one field the first that has a value counts.
        let names = [
            ["actor.user.name"], ["target.alternateId"], ["target.displayName"], ["message"], ["client.id"],
            ["securityContext.asNumber"], ["target.displayName", "message", "target.alternateId"],
            ["client.device", "quarantine.error", "eventType", "message"], ["nothing", "actor.alternateId"],
        ]
        let found = Collector<String>()
        try await reader.columns(SearchRequest(.constant(true)), fields: names.map { $0.map { .named($0) } }) { block in
            for index in 0..<block.count {
                let values = block.fields.map { column in
                    let first = column.codes[index] < 0 ? [] : [column.codes[index]]
                    let rest = column.others.filter { Int($0.event) == index }.map(\.code)
                    return (first + rest).map { "\(column.kinds[Int($0)]) \(column.text(Int($0)))" }
                }
                found.add("\(block.sequences[index]) \(block.times[index].microseconds) \(values)")
            }
        }
        let catalog = cold.store.events.catalog
        let expected = try await reader.allEvents().map { found in
            let event = found.event
            let values = names.map { names in
                names.lazy.map { name in
                    let path = catalog.intern(name)
                    return (Array(event.ocsfFields) + Array(event.vendorFields)).filter { $0.id == path && $0.kind.rawValue < 5 }
                        .map { "\($0.kind) \(String(decoding: event.batch.bytes(of: $0), as: UTF8.self))" }
                }.first { !$0.isEmpty } ?? []
            }
            return "\(found.sequence) \(event.time.microseconds) \(values)"
        }
        #expect(firstDifference(found.all.sorted(), expected.sorted()) == nil)
    }
}
