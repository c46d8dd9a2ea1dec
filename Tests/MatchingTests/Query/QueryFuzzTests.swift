import EventModel
import Matching
import TestSupport
import Testing

@Suite struct QueryFuzzTests {
    static let tokens = [
        "a", "user", ":", "=", "==", "!=", ">", ">=", "<", "(", ")", "[", "]", "{", "}", " TO ", " AND ", " OR ", "NOT ",
        "!", "-", "\"", "\\", "/", "/i", "*", "?", " in ", "not in (", ",", "|", "10.0.0.0/8",
        "::1", "42", "time", "2026-11-24", "\n", "\0",
        "ü", "😀", " ", "raw.", "null", "(?=", "[a-",
    ]

    /// Whatever is typed, the parser ends, and either gives an expression that runs or an error that points into the text.
    @Test(arguments: 0..<4)
    func neverCrashes(part: Int) {
        var generator = SeededGenerator(seed: UInt64(part) + 4)
        let catalog = FieldCatalog()
        let batch = SampleEvent.batch([.strings(["user": "a", "x": "10.1.1.1"])], catalog: catalog)
        let scratch = MatchScratch()
        var parsed = 0
        for round in 0..<2500 {
            var query = ""
            for _ in 0..<Int.random(in: 0...14, using: &generator) {
                query += Self.tokens[Int.random(in: 0..<Self.tokens.count, using: &generator)]
            }
            do throws(QueryError) {
                let expression = try QueryParser.parse(query)
                parsed += 1
                if round % 10 == 0 { _ = MatchProgram(expression, catalog: catalog).matches(batch[0], scratch: scratch) }
            } catch {
                #expect(error.offset >= 0 && error.offset <= query.utf8.count, "\(query)")
                #expect(error.marked(in: query).contains(error.description), "\(query)")
            }
        }
        #expect(parsed > 100 && parsed < 2400, "the random queries are of both kinds")
    }
}
