import EventModel
import Storage
import TestSupport
import Testing

/// What a query gives over the store is what SQLite gives for the same rows in a table of its own, whatever is passed down.
@Suite("SQL over blocks and over a table")
struct SQLPropertyTests {
    @Test(arguments: SQLStore.Temperature.allCases, [1, 2, 3] as [UInt64])
    func randomQueriesAgree(_ temperature: SQLStore.Temperature, seed: UInt64) async throws {
        let store = try await SQLStore(seed: seed, temperature)
        defer { withExtendedLifetime(store) {} }
        let reader = try store.cold.store.reader()
        var random = RandomSQL(seed: seed &* 31)
        var found = 0
        for _ in 0..<250 {
            let query = random.query()
            let expected = try store.plain.rows(query) { $0.text(0) }
            let given = try await reader.rows(query)
            #expect(firstDifference(given, expected) == nil, "\(query)")
            found += expected.count
        }
        #expect(found > 1_000, "the queries must find something to compare")
    }
}

/// Random queries over the columns of `SQLEvents`. Each gives one column of text, in an order of its own.
struct RandomSQL {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private static let fields = [
        "v", "w", "user", "status", "class_uid", "\"raw.user\"", "n", "v", "w",
    ]
    private static let operands = [
        "1", "0", "3", "-3", "3.0", "3.5", "100", "1e2", "'3'", "' 3'", "'3.0'", "'03'", "'true'", "'1'", "'abc'", "'ABC'", "'äbc'",
        "''", "'[1]'", "'[1,2]'", "'[1,\"abc\"]'", "'[\"abc\",\"abc\"]'", "NULL", "9007199254740993", "9223372036854775807",
        "9.2233720368547758e19", "0.1", "'0.1'", "'203.0.113.7'", "x'33'", "'100'", "'100.0'", "'-3'", "'dana2'", "'Success'", "3002",
        "'1.5'", "1.5", "'9223372036854775807'", "'0'", "'-0'", "'1e999'", "'3.'", "9e999",
    ]

    private mutating func pick(_ list: [String]) -> String { list.randomElement(using: &generator) ?? "" }

    private mutating func operand() -> String {
        switch Int.random(in: 0..<14, using: &generator) {
        case 0: "CAST(\(pick(Self.operands)) AS \(pick(["TEXT", "INTEGER", "REAL", "NUMERIC", "BLOB"])))"
        case 1: pick(Self.fields)
        case 2: "sequence"
        case 3: "(SELECT \(pick(Self.operands)))"
        default: pick(Self.operands)
        }
    }

    private mutating func time() -> String {
        let time = SQLEvents.start + Int64.random(in: 0..<48, using: &generator) * 1_800_000_000
        return RFC3339.format(Timestamp(microseconds: time), fractionDigits: 6)
    }

    private mutating func comparison() -> String { pick(["=", "==", "<>", "<", "<=", ">", ">=", "IS", "IS NOT"]) }

    private mutating func list() -> String {
        if Int.random(in: 0..<5, using: &generator) == 0 {
            return "SELECT \(pick(["v", "sequence", "time", "n", "'abc'"])) FROM events WHERE sequence < 20"
        }
        return (0..<Int.random(in: 1...4, using: &generator)).map { _ in operand() }.joined(separator: ", ")
    }

    private mutating func condition(_ depth: Int) -> String {
        if depth > 0 {
            switch Int.random(in: 0..<5, using: &generator) {
            case 0, 1: return "(\(condition(depth - 1)) AND \(condition(depth - 1)))"
            case 2: return "(\(condition(depth - 1)) OR \(condition(depth - 1)))"
            case 3: return "NOT (\(condition(depth - 1)))"
            default: break
            }
        }
        let field = pick(Self.fields)
        switch Int.random(in: 0..<14, using: &generator) {
        case 0: return "time \(comparison()) '\(time())'"
        case 1: return "time BETWEEN '\(time())' AND '\(time())'"
        case 2: return "time_us \(comparison()) \(SQLEvents.start + Int64.random(in: 0..<90_000_000_000, using: &generator))"
        case 3: return "sequence \(comparison()) \(pick(["7", "300", "299.5", "'12'", "NULL", "1e99", "n"]))"
        case 4: return "sequence \(pick(["IN", "NOT IN"])) (\(list()))"
        case 5: return "\(field) IS \(pick(["NULL", "NOT NULL"]))"
        case 6: return "\(field) LIKE '\(pick(["a%", "%3%", "_", "%[%"]))'"
        case 7: return "\(field) = \(operand()) COLLATE \(pick(["NOCASE", "BINARY", "RTRIM"]))"
        case 8, 9: return "\(field) \(pick(["IN", "IN", "NOT IN"])) (\(list()))"
        case 10: return "\(operand()) \(comparison()) \(field)"
        default: return "\(field) \(pick(["=", "=", comparison()])) \(operand())"
        }
    }

    mutating func query() -> String {
        let condition = condition(Int.random(in: 0...2, using: &generator))
        let field = pick(Self.fields)
        let row = "quote(sequence)||' '||quote(\(field))||' '||quote(time)"
        switch Int.random(in: 0..<12, using: &generator) {
        case 0:
            return "SELECT min(quote(\(field)))||' '||count(*)||' '||total(n) FROM events WHERE \(condition) GROUP BY \(field) ORDER BY 1"
        case 1: return "SELECT \(row) FROM events WHERE \(condition) ORDER BY time DESC, sequence DESC LIMIT 17"
        case 2: return "SELECT \(row) FROM events WHERE \(condition) ORDER BY time, sequence LIMIT 9 OFFSET 5"
        case 3: return "SELECT quote(time) FROM events WHERE \(condition) ORDER BY time_us"
        case 4:
            let joined = "a.sequence||' '||b.sequence FROM events a JOIN events b"
            let on = pick(["b.v = a.sequence", "b.v = a.w", "b.time = a.time AND b.v = a.v", "a.time >= b.time AND a.n = b.v"])
            return "SELECT \(joined) ON \(on) WHERE a.sequence < 12 ORDER BY 1"
        case 5:
            let on = pick(["b.v = '3'", "b.v = 3", "b.v = a.v", "b.time > a.time"])
            return "SELECT a.sequence||' '||quote(b.v) FROM events a LEFT JOIN events b ON b.sequence = a.n AND \(on) "
                + "WHERE a.sequence < 15 ORDER BY 1"
        case 6: return "SELECT quote(max(time))||quote(min(\(field)))||count(DISTINCT \(field)) FROM events WHERE \(condition)"
        case 7: return "SELECT quote(raw) FROM events WHERE \(condition) ORDER BY sequence LIMIT 20"
        case 8:
            return """
                SELECT sequence||' '||sum(n) OVER (PARTITION BY class_uid ORDER BY sequence) FROM events WHERE \(condition) \
                ORDER BY sequence
                """
        default: return "SELECT \(row) FROM events WHERE \(condition) ORDER BY sequence"
        }
    }
}
