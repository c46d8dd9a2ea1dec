import EventModel
import Foundation
import Storage
import TestSupport

/// Events with values of every kind under few names, and the same events as rows of a plain SQLite table.
struct SQLEvents {
    let catalog: FieldCatalog
    private let scanner: JSONScanner
    private var generator: SeededGenerator

    /// Values as JSON has them; nil for a field that is not there.
    static let values: [String?] = [
        "1", "0", "3", "-3", "3.0", "3.5", "1e2", "100", "1.50", "true", "false", "null", nil, nil, #""3""#, #"" 3""#, #""3.0""#,
        #""03""#, #""true""#, #""1""#, #""abc""#, #""ABC""#, #""\u00e4bc""#, #""Äbc""#, #""""#, #""[1]""#, #""[1,2]""#,
        #"[1,"abc"]"#, "[3]", #"["abc","abc"]"#, "[]", "{}", "9007199254740993", "9223372036854775807", "92233720368547758080",
        "-0", "0.1", #""0.1""#, #""203.0.113.7""#, #""it's\n\"so\"""#, "1e999", #""3.""#, #""100.0""#,
    ]

    init(seed: UInt64, catalog: FieldCatalog) {
        self.catalog = catalog
        scanner = JSONScanner(catalog: catalog)
        generator = SeededGenerator(seed: seed)
    }

    /// 2026-11-20T00:00:00Z.
    static let start: Int64 = 1_795_132_800_000_000

    /// Records of some minutes, the `index`th of a series that goes over two days in random order.
    mutating func batch(_ count: Int, index: Int) throws -> EventBatch {
        let bytes = Arena()
        var spans: [RecordSpan] = []
        for number in 0..<count {
            var members = ["\"n\":\(number)"]
            for name in ["v", "w", "user", "status"] {
                if let value = Self.values.randomElement(using: &generator) ?? nil { members.append("\"\(name)\":\(value)") }
            }
            members.append(#""who":"dana\#(Int.random(in: 0..<5, using: &generator))""#)
            let text = "{\(members.shuffled(using: &generator).joined(separator: ","))}"
            spans.append(RecordSpan(offset: UInt32(bytes.append(text)), length: UInt32(text.utf8.count)))
        }
        let received = Timestamp(microseconds: Self.start + Int64(index) * 7_200_000_000)
        let source = Source(id: 0, name: "test")
        let builder = EventBuilder(RecordBatch(source: source, receivedAt: received, bytes: bytes, records: spans))
        for (index, span) in spans.enumerated() {
            var row = EventRow(record: index, raw: span, receivedAt: received)
            row.time = received + Int64.random(in: 0..<10_800_000_000, using: &generator) / 500_000 * 500_000
            row.vendorStart = UInt32(builder.fieldCount)
            try scanner.scan(Int(span.offset), Int(span.length), into: builder)
            row.vendorEnd = UInt32(builder.fieldCount)
            map(&row, to: builder)
            builder.append(row)
        }
        return builder.finish()
    }

    /// Half of the events have OCSF fields.
    private mutating func map(_ row: inout EventRow, to builder: EventBuilder) {
        row.ocsfStart = UInt32(builder.fieldCount)
        row.ocsfEnd = row.ocsfStart
        guard Bool.random(using: &generator) else { return }
        row.classUID = 3_002
        builder.append(.classUID, derived: "3002", kind: .integer)
        builder.append(.status, derived: Bool.random(using: &generator) ? "Success" : "Failure")
        for index in Int(row.vendorStart)..<Int(row.vendorEnd) where catalog.path(of: builder.fields[index].id) == "who" {
            var field = builder.fields[index]
            field.id = .actorUserName
            builder.append(field)
        }
        row.ocsfEnd = UInt32(builder.fieldCount)
    }

    // MARK: - The same as a plain table

    /// The columns of the plain table, and which fields they are.
    static let columns: [(name: String, paths: [String])] = [
        ("v", ["v"]), ("w", ["w"]), ("status", ["status"]), ("class_uid", ["class_uid"]), ("raw.user", ["user"]), ("n", ["n"]),
        ("user", [
            "actor.user.email_addr", "actor.user.name", "actor.user.uid", "user.email_addr", "user.name", "user.uid", "identity",
            "user",
        ]),
    ]

    /// A database with the table `events`, made by means of its own.
    static func plain(_ events: [FoundEvent], catalog: FieldCatalog) throws -> Connection {
        let connection = try Connection(path: ":memory:", access: .readWrite)
        let names = columns.map { "\"\($0.name)\" BLOB" }.joined(separator: ", ")
        try connection.execute(
            "CREATE TABLE events(sequence INTEGER, time TEXT, time_us INTEGER, raw TEXT, \(names)); BEGIN")
        for found in events {
            let event = found.event
            var values = [
                "\(found.sequence)", quoted(RFC3339.format(event.time, fractionDigits: 6)), "\(event.time.microseconds)",
                quoted(String(decoding: event.raw, as: UTF8.self)),
            ]
            for column in columns {
                let vendorOnly = column.name.hasPrefix("raw.")
                values.append(value(of: event, column.paths.map { catalog.intern($0) }, vendorOnly: vendorOnly))
            }
            try connection.execute("INSERT INTO events VALUES (\(values.joined(separator: ", ")))")
        }
        try connection.execute("COMMIT")
        return connection
    }

    private static func value(of event: Event, _ ids: [FieldID], vendorOnly: Bool) -> String {
        for id in ids {
            for range in vendorOnly ? [event.vendorFields] : [event.ocsfFields, event.vendorFields] {
                let fields = range.filter { $0.id == id && $0.kind.rawValue < FieldKind.null.rawValue }
                if fields.count == 1 { return literal(fields[0], event) }
                if fields.count > 1 { return quoted("[" + fields.map { json($0, event) }.joined(separator: ",") + "]") }
            }
        }
        return "NULL"
    }

    private static func text(_ field: Field, _ event: Event) -> String {
        String(decoding: event.batch.bytes(of: field), as: UTF8.self)
    }

    private static func literal(_ field: Field, _ event: Event) -> String {
        let text = text(field, event)
        switch field.kind {
        case .true: return "1"
        case .false: return "0"
        case .integer where Int64(text) != nil: return text
        case .integer, .float:
            guard let number = Double(text), number.isFinite else { return quoted(text) }
            // With a point, so that SQLite takes it for no whole number.
            return "CAST(\(quoted("\(number)")) AS REAL)"
        default: return quoted(text)
        }
    }

    private static func json(_ field: Field, _ event: Event) -> String {
        field.kind == .string ? "\"\(text(field, event))\"" : text(field, event)
    }

    private static func quoted(_ text: String) -> String { "'" + text.replacingOccurrences(of: "'", with: "''") + "'" }
}

/// A store with such events, hot, cold or both, and the plain table beside it.
struct SQLStore {
    enum Temperature: CaseIterable {
        case hot, cold, mixed
    }

    var cold: ColdStore
    let plain: Connection

    init(seed: UInt64, _ temperature: Temperature, batches: Int = 10, records: Int = 60) async throws {
        cold = try ColdStore(seed: seed)
        var events = SQLEvents(seed: seed, catalog: cold.store.events.catalog)
        var generator = SeededGenerator(seed: seed)
        for index in (0..<batches).shuffled(using: &generator) {
            let batch = try events.batch(records, index: index)
            try await cold.opened.writer.commit(EventCommit(batches: [batch]))
        }
        switch temperature {
        case .hot: break
        case .cold: try await cold.compact()
        case .mixed: try await cold.compact(through: Int64(batches * records / 2))
        }
        plain = try SQLEvents.plain(try await cold.store.reader().allEvents(), catalog: cold.store.events.catalog)
    }
}

extension StoreReader {
    /// The rows of a query, each as its values with `|` between, and what was read.
    func rows(_ request: SQLRequest) throws -> (rows: [String], totals: SearchTotals) {
        let found = Collector<String>()
        let totals = try query(request, onColumns: { _ in }) { row in
            found.add(row.map(\.shown).joined(separator: "|"))
        }
        return (found.all, totals)
    }

    func rows(_ text: String) throws -> [String] { try rows(SQLRequest(text)).rows }
}

extension SQLValue {
    fileprivate var shown: String {
        switch self {
        case .null: "NULL"
        case .integer(let value): "\(value)"
        case .real(let value): "\(value)"
        case .text(let value): value
        case .blob(let bytes): "x'" + bytes.map { String(format: "%02x", $0) }.joined() + "'"
        }
    }
}
