import EventModel
import Matching
import Searching
import TestSupport
import Testing

@Suite struct SearchFuzzTests {
    private static let rounds = fuzzRounds(12_000) / 4

    private static let tokens =
        SearchParser.stageNames.map { "| \($0) " } + [
            "a", "b", " user ", "time", "x", "count", "count()", "dc(", "sum(a)", "p95(a)", "values(b)", "first(a)", " by ", " as ",
            ",", "-", "+", "*", "/", "%", "=", "==", "!=", "<", ">=", "(", ")", "\"", "'", "`", "\\", "|", " 3 ", "0", "1e9", "1.5",
            "9223372036854775807", "9999999999999999999999", "span=5m ", "gap=1h", "span=", " AND ", " OR ", " not ", "true", "null",
            "if(", "coalesce(", "substr(", "replace(", "concat(", "bucket(", "round(", "len(", "lower(", "cidr(", "a:b ", "a>1",
            "t", " ", "\n", "\0", "ü", "😀", "raw.a", "a.b", "[", "]", "/x/",
        ]

    /// Whatever is typed, the parser ends, and either gives a plan that runs or an error that points into the text.
    @Test(arguments: 0..<4)
    func neverCrashes(part: Int) throws {
        var generator = SeededGenerator(seed: UInt64(part) + 77)
        let table = try LookupTable(name: "t", csv: Array("a,info\n1,one\n".utf8))
        let events = [
            SampleEvent(10, ["a": 1, "b": "x", "user": .list(["u", "v"])]), SampleEvent(20, ["a": "text", "b": true]),
            SampleEvent(30, ["a": 2.5, "x": "10.0.0.1"]),
        ]
        var search = TestSearch(events)
        search.tables = ["t": table]
        search.limits.combinations = 8
        var parsed = 0
        var ran = 0
        for _ in 0..<Self.rounds {
            var query = ["", "a:* ", "* "].randomElement(using: &generator) ?? ""
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                query += Self.tokens[Int.random(in: 0..<Self.tokens.count, using: &generator)]
            }
            do throws(QueryError) {
                let plan = try SearchParser.parse(query, tables: search.tables)
                parsed += 1
                do {
                    _ = try search.rows(plan, catalog: FieldCatalog())
                    ran += 1
                } catch {
                    #expect(error is SearchFailure, "\(query): \(error)")
                }
            } catch {
                #expect(error.offset >= 0 && error.offset <= query.utf8.count, "\(query)")
                #expect(error.marked(in: query).contains(error.description), "\(query)")
            }
        }
        #expect(parsed > Self.rounds / 50 && parsed < Self.rounds, "the random queries are of both kinds: \(parsed)")
        #expect(ran > parsed / 2, "most of them run")
    }
}
