import Matching
import Searching
import Testing

@Suite struct SearchParserTests {
    /// What a plan comes to, in a line: how its result looks, and which fields it reads.
    private static func summary(_ plan: SearchPlan) -> String {
        let output =
            switch plan.output {
            case .events(let columns): (["events"] + columns.map(\.name)).joined(separator: " ")
            case .rows(let columns): (["rows"] + columns.map(\.name)).joined(separator: " ")
            }
        return "\(output) ← \(plan.fields.map(\.name).joined(separator: " "))"
    }

    static let plans: [(query: String, summary: String)] = [
        ("a:b", "events ← "),
        ("", "events ← "),
        ("a:b | where c:d", "events ← "),
        ("| head", "events ← "),
        ("a:b|head 5|tail 3", "events ← "),
        ("* | eval x=len(user.name)", "events x ← user.name"),
        ("* | eval x=1 | where x>0", "events x ← "),
        ("* | eval x=1, y=x+1", "events x y ← "),
        ("* | rename user.name as who", "events who ← user.name"),
        ("* | eval x=1 | rename x as y", "events y ← "),
        ("* | fields a, b c", "rows a b c ← a b c"),
        ("* | fields a, A, a", "rows a ← a"),
        ("* | fields - ip, user", "rows time product action status message ← time product action status user ip message"),
        ("* | stats count | fields -count", "rows ← "),
        ("* | sort -time, user", "events ← time user"),
        ("* | sort - time", "events ← time"),
        ("* | dedup user ip", "events ← user ip"),
        ("* | dedup 3 user", "events ← user"),
        ("* | top user", "rows user count percent ← user"),
        ("* | top 5 user, ip", "rows user ip count percent ← user ip"),
        ("* | rare count", "rows count count_2 percent ← count"),
        ("* | stats count", "rows count ← "),
        ("* | stats COUNT() AS n BY user", "rows user n ← user"),
        ("* | stats dc(ip), sum(size) as s, p95(size) by user, app", "rows user app dc_ip s p95_size ← ip size user app"),
        ("* | stats values(a.b-c)", "rows values_a.b-c ← a.b-c"),
        ("* | stats count by \"odd name\" `other`", "rows odd name other count ← odd name other"),
        ("* | timechart count", "rows time count ← time"),
        ("* | timechart span=5m avg(size) by user", "rows time user avg_size ← time size user"),
        ("* | sessions gap=30m by user", "rows user start end duration count ← user"),
        ("* | stats count by user | where count>3 | sort -count | head 3", "rows user count ← user"),
        ("* | stats count by user | eval share=count/10 | fields share", "rows share ← user"),
        ("x:\"a|b\" | head", "events ← "),
        ("x:/a|b/ | head", "events ← "),
    ]

    @Test(arguments: plans.indices)
    func understands(index: Int) throws {
        let (query, summary) = Self.plans[index]
        #expect(Self.summary(try SearchParser.parse(query)) == summary, "\(query)")
    }

    static let filters: [(query: String, same: String)] = [
        ("a:b | where c:d", "(a:b) (c:d)"),
        ("| where c:d | where e:f", "c:d e:f"),
        ("a:b | where c:d | head 3 | where e:f", "(a:b) (c:d)"),
    ]

    @Test(arguments: filters.indices)
    func leadingFiltersAreOne(index: Int) throws {
        let (query, same) = Self.filters[index]
        #expect(try SearchParser.parse(query).filter == QueryParser.parse(same), "\(query)")
    }

    static let needs: [(query: String, events: Bool, limit: Int?, streams: Bool, times: Bool)] = [
        ("a:b", true, nil, true, true),
        ("a:b | head 7 | eval x=1", true, 7, true, true),
        ("a:b | eval x=1 | head 7", true, 7, true, true),
        ("a:b | sort a | head 7", true, nil, false, true),
        ("a:b | fields a", false, nil, true, true),
        ("a:b | stats count by a", false, nil, false, false),
        ("a:b | stats first(a)", false, nil, false, true),
        ("a:b | top a | head 3", false, nil, false, false),
        ("a:b | timechart count", false, nil, false, true),
        ("a:b | head 9 | where c:d | stats count", true, 9, false, false),
        ("a:b | dedup a", true, nil, true, true),
    ]

    @Test(arguments: needs.indices)
    func saysWhatItNeeds(index: Int) throws {
        let need = Self.needs[index]
        let plan = try SearchParser.parse(need.query)
        #expect(plan.needsEvents == need.events, "\(need.query)")
        #expect(plan.eventLimit == need.limit, "\(need.query)")
        #expect(plan.isStreaming == need.streams, "\(need.query)")
        #expect(plan.needsTimes == need.times, "\(need.query)")
    }

    static let failures: [(query: String, code: QueryError.Code, offset: Int, expected: String)] = [
        ("(a | head", .unexpectedText, 3, ")"),
        ("a |", .unexpectedEnd, 3, "a stage: "),
        ("a | | head", .unexpectedEnd, 4, "a stage: "),
        ("a | haed", .unknownName, 4, "head"),
        ("a | xyzzy", .unknownName, 4, "where"),
        ("a | head 0", .badArgument, 9, "a number from 1"),
        ("a | head 5 x", .unexpectedText, 11, "|"),
        ("a | head -5", .unexpectedText, 9, "|"),
        ("a | where", .unexpectedEnd, 9, "a filter"),
        ("a | where b:(c", .unexpectedEnd, 14, "OR"),
        ("a | fields", .unexpectedEnd, 10, "a field"),
        ("a | fields a,,b", .unexpectedText, 13, "a field"),
        ("a | sort", .unexpectedEnd, 8, "a field"),
        ("a | stats", .unexpectedEnd, 9, "count"),
        ("a | stats cuont", .unknownName, 10, "count"),
        ("a | stats sum", .unexpectedEnd, 13, "(a field)"),
        ("a | stats sum by x", .unexpectedText, 14, "(a field)"),
        ("a | stats sum(x", .unexpectedEnd, 15, ")"),
        ("a | stats count by", .unexpectedEnd, 18, "a field"),
        ("a | stats count user", .unexpectedText, 16, "|"),
        ("a | stats count | where user:x", .unknownField, 24, ""),
        ("a | stats count | where coutn>1", .unknownField, 24, "count"),
        ("a | stats count by user | sort -ip", .unknownField, 32, "user"),
        ("a | stats count | fields - user", .unknownField, 27, "count"),
        ("a | stats count | timechart count", .unknownField, 28, "count"),
        ("a | timechart span=5x count", .badArgument, 19, "a whole number and s, m, h, d or w"),
        ("a | timechart span=0m count", .badArgument, 19, "a whole number and s, m, h, d or w"),
        ("a | timechart span count", .unknownName, 14, "count"),
        ("a | timechart count by a b", .unexpectedText, 25, "|"),
        ("a | sessions by user", .unexpectedText, 13, "gap=30m"),
        ("a | sessions gap=1h user", .unexpectedText, 20, "by"),
        ("a | eval", .unexpectedEnd, 8, "a name for the result"),
        ("a | eval x", .unexpectedEnd, 10, "="),
        ("a | eval x=", .unexpectedEnd, 11, "a field"),
        ("a | eval x=1+", .unexpectedEnd, 13, "a field"),
        ("a | eval x=(1", .unexpectedEnd, 13, ")"),
        ("a | eval x=1 2", .unexpectedText, 13, "|"),
        ("a | eval x=5m", .badArgument, 11, "a number"),
        ("a | eval x=lowr(a)", .unknownName, 11, "lower"),
        ("a | eval x=lower(a, b)", .badArgument, 11, "lower(x)"),
        ("a | eval x=cidr(ip, \"10.0.0.0/99\")", .badNetwork, 11, "cidr(address, \"10.0.0.0/8\")"),
        ("a | eval x=\"abc", .unterminatedString, 11, "\""),
        ("a | eval time=1", .badArgument, 9, "another name"),
        ("a | rename a b", .unexpectedText, 13, "as"),
        ("a | rename a as", .unexpectedEnd, 15, "a new name"),
        ("a | lookup people user", .unknownName, 11, "a table given with --lookup NAME=FILE.csv"),
        ("a | rename user.name as who | sort user.name", .unknownField, 35, ""),
        ("x" + String(repeating: "|head", count: 65), .tooLong, 321, ""),
        ("a | eval x=" + String(repeating: "(", count: 70), .tooDeep, 75, ""),
        ("a | eval x=" + String(repeating: "-", count: 70), .tooDeep, 75, ""),
        ("a | eval x=" + String(repeating: "NOT ", count: 70), .tooDeep, 266, ""),
        ("a | eval x=1" + String(repeating: "+1", count: 2_500), .tooLong, 4_011, ""),
    ]

    @Test(arguments: failures.indices)
    func errorsSayWhereAndWhat(index: Int) {
        let failure = Self.failures[index]
        let error = #expect(throws: QueryError.self) { try SearchParser.parse(failure.query) }
        #expect(error?.code == failure.code, "\(failure.query.prefix(60)): \(String(describing: error))")
        #expect(error?.offset == failure.offset, "\(failure.query.prefix(60)): \(String(describing: error))")
        let isExpected = failure.expected.isEmpty || error?.expected.first?.hasPrefix(failure.expected) == true
        #expect(isExpected, "\(failure.query.prefix(60)): \(String(describing: error))")
    }

    static let columnar: [(query: String, takesColumns: Bool)] = [
        ("a:b", false), ("a:b | fields a", false), ("a:b | stats count by a", true), ("a:b | where c:d | top a", true),
        ("a:b | eval x=len(a) | timechart count by x", true), ("a:b | eval x=1 | where x>0 | stats count", false),
        ("a:b | fields a, b | where a:x | sessions gap=1m by b", true), ("a:b | head 3 | stats count", false),
        ("a:b | sort a | stats count", false), ("a:b | dedup a | stats count", false), ("a:b | stats count by a | head 3", true),
    ]

    @Test(arguments: columnar.indices)
    func saysWhetherColumnsWillDo(index: Int) throws {
        let (query, takesColumns) = Self.columnar[index]
        #expect(try SearchParser.parse(query).takesColumnsInAnyOrder == takesColumns, "\(query)")
    }

    @Test func unknownFieldsOfStagesAreMarked() throws {
        let query = "status:failure | stats count by usr"
        let error = #expect(throws: QueryError.self) { try SearchParser.parse(query, fields: QueryFields(["x"])) }
        #expect(error?.marked(in: query) == query + "\n" + String(repeating: " ", count: 32) + "^ no field is named usr; expected user")
    }
}
