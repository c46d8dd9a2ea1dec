import EventModel
import Pipeline
import Testing

struct DrillHealthTests {
    private static let now = Timestamp(seconds: 1_795_521_600)

    private static func drill(_ id: String, _ outcome: StoredDrill.Outcome?, endsIn seconds: Int64 = 60) -> StoredDrill {
        StoredDrill(
            id: id, scenario: "brute-force", door: "udp", startedBy: "ana", startedAt: now + -60_000_000,
            endsAt: now + seconds * 1_000_000, outcome: outcome, summary: outcome == nil ? "" : "a summary")
    }

    @Test func eachFailureIsToldOnce() throws {
        var book = HealthBook()
        let drills = [
            Self.drill("newest", .failed), Self.drill("runs", nil), Self.drill("stopped", nil, endsIn: -1), Self.drill("fine", .passed),
        ]
        let told = book.look(drills, at: Self.now)
        #expect(told.map { "\($0.subject): \($0.detail)" } == ["stopped: it was not brought to its end", "newest: a summary"])
        #expect(told.allSatisfy { $0.kind == .drillFailed && $0.scenario == "brute-force" })
        var again = try #require(HealthBook(json: book.json))
        #expect(again.look(drills, at: Self.now + 1).isEmpty)
        #expect(again.look([Self.drill("runs", nil, endsIn: 0)] + drills, at: Self.now + 1).map(\.subject) == ["runs"])
    }
}
