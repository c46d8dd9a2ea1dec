import Alerting
import EventModel
import Foundation
import Testing

@Suite struct SilenceTests {
    private func silence(
        _ matchers: String = "rule=rule-1", from start: Int64 = 10, to end: Int64 = 20, by author: String = "ana",
        because: String = "pentest"
    ) throws -> Silence {
        try Silence(
            id: "s1", matchers: LabelMatcher.parse(matchers), startsAt: Timestamp(seconds: start), endsAt: Timestamp(seconds: end),
            createdBy: author, comment: because)
    }

    @Test(arguments: [(9, Silence.State.pending), (10, .active), (19, .active), (20, .expired), (21, .expired)] as [(Int64, Silence.State)])
    func hasAState(second: Int64, state: Silence.State) throws {
        let silence = try silence()
        let now = Timestamp(seconds: second)
        #expect(silence.state(at: now) == state)
        #expect(silence.mutes(FindingLabels(NotifiedFinding(.make())), at: now) == (state == .active))
        #expect(!silence.mutes(FindingLabels([Label("rule", "other")]), at: now))
        #expect(try JSONDecoder().decode(Silence.self, from: JSONEncoder().encode(silence)) == silence)
    }

    @Test func needsMatchersAuthorReasonAndTime() throws {
        #expect(throws: SilenceError.self) { try silence("") }
        // Would be one of everything.
        #expect(throws: SilenceError.self) { try silence(#"rule=~".*""#) }
        #expect(throws: SilenceError.self) { try silence(#"rule!="x",level!~"y""#) }
        #expect(throws: SilenceError.self) { try silence(by: "") }
        #expect(throws: SilenceError.self) { try silence(because: " \n") }
        #expect(throws: SilenceError.self) { try silence(because: String(repeating: "x", count: 5_000)) }
        #expect(throws: SilenceError.self) { try silence(from: 20, to: 20) }
        #expect(try silence(#"rule!="x",level=high"#).matchers.count == 2)
    }
}
