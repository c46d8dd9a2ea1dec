import EventModel
import Matching
import Testing

private func equals(_ field: String, _ value: String) -> MatchExpression {
    .test(FieldTest(.named(field), .text(.exactly(value))))
}

@Suite("Explaining how an expression is filed") struct MatchExplanationTests {
    static let cases: [(MatchExpression, MatchExplanation.Filing)] = [
        (equals("a", "x"), .keys(["a is \"x\""])),
        (.any([equals("a", "x"), equals("b", "y")]), .keys(["a is \"x\"", "b is \"y\""])),
        // The rarer of two that must both hold.
        (.all([equals("workload", "x"), equals("eventtype", "user.session.start")]), .keys(["eventtype is \"user.session.start\""])),
        (.all([.not(equals("a", "x")), .test(FieldTest(.named("b"), .exists(true)))]), .keys(["b exists"])),
        (.not(equals("a", "x")), .always),
        (.constant(false), .never),
        (.all([]), .always),
    ]

    @Test(arguments: cases.indices) func says(index: Int) {
        let explanation = MatchExplanation(of: index, among: Self.cases.map(\.0))
        #expect(explanation.filing == Self.cases[index].1)
        #expect((0...1).contains(explanation.expectedShare))
    }

    /// The explanation is the matcher's own choice.
    @Test(arguments: cases.indices) func agreesWithTheMatcher(index: Int) {
        let entry = EventMatcher.Entry(expression: Self.cases[index].0)
        let statistics = EventMatcher(entries: [entry], catalog: FieldCatalog(), productCount: 1).statistics
        let filing = MatchExplanation(of: 0, among: [Self.cases[index].0]).filing
        switch filing {
        case .keys: #expect(statistics.byValue + statistics.byPresence == 1)
        case .always: #expect(statistics.always == 1)
        case .never: #expect(statistics.never == 1)
        }
    }
}
