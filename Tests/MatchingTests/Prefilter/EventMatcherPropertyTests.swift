import EventModel
import Matching
import TestSupport
import Testing

@Suite struct EventMatcherPropertyTests {
    /// Matcher and program agree with the naive evaluator, over expressions of all kinds, and with memory reused throughout.
    @Test(arguments: 0..<8)
    func agreesWithNaiveEvaluator(part: Int) {
        var random = RandomExpressions(generator: SeededGenerator(seed: UInt64(part) + 20_261_124))
        let scratch = MatchScratch()
        var holding = 0
        for round in 0..<30 {
            let catalog = FieldCatalog()
            let entries = (0..<[1, 5, 40][round % 3]).map { _ in
                EventMatcher.Entry(expression: random.expression(depth: 4), products: random.products())
            }
            let matcher = EventMatcher(entries: entries, catalog: catalog, productCount: 3)
            let programs = entries.map { MatchProgram($0.expression, catalog: catalog) }
            for _ in 0..<2 {
                let events = (0..<12).map { _ in random.event() }
                let batch = SampleEvent.batch(events, catalog: catalog)
                var expected: [EventMatcher.Match] = []
                for (row, event) in events.enumerated() {
                    for (number, entry) in entries.enumerated() {
                        let holds = NaiveEvaluator(event: event).holds(entry.expression)
                        if programs[number].matches(batch[row], scratch: scratch) != holds {
                            Issue.record("part \(part), round \(round): program differs on \(entry.expression) for \(event)")
                            return
                        }
                        guard holds, entry.products?.contains(event.product) ?? true else { continue }
                        expected.append(.init(row: UInt32(row), entry: UInt32(number)))
                    }
                }
                var matches = ContiguousArray<EventMatcher.Match>()
                matcher.match(batch, scratch: scratch, into: &matches)
                if Array(matches) != expected {
                    let wrong = Set(matches).symmetricDifference(expected).sorted { ($0.row, $0.entry) < ($1.row, $1.entry) }
                    let first = wrong.first.map { (entries[Int($0.entry)], events[Int($0.row)]) }
                    Issue.record("part \(part), round \(round): matcher differs: \(wrong.count), \(String(describing: first))")
                    return
                }
                holding += expected.count
            }
        }
        #expect(holding > 1000, "the random expressions hold often enough to mean something")
    }
}
