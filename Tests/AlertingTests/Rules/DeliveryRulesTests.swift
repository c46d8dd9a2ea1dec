import Alerting
import EventModel
import Testing

@Suite struct DeliveryRulesTests {
    private let now = Timestamp(seconds: 1)

    @Test(arguments: [
        (Level.informational, ["all"]), (.low, ["all"]), (.medium, ["all", "medium"]), (.high, ["all", "medium"]),
        (.critical, ["all", "medium", "critical"]),
    ])
    func keepsToTheMinimumLevel(level: Level, expected: [String]) throws {
        let endpoints = [
            try Webhook(name: "all", url: "https://a.example/"),
            try Webhook(name: "medium", url: "https://b.example/", minimumLevel: .medium),
            try Webhook(name: "critical", url: "https://c.example/", minimumLevel: .critical),
        ]
        let owed = DeliveryRules.deliveries(for: .make(level: level), endpoints: endpoints, now: now)
        #expect(owed.map(\.endpoint) == expected)
        #expect(Set(owed.map(\.id)).count == expected.count)
    }

    @Test func idsDependOnFindingAndEndpointOnly() throws {
        let hook = try Webhook(name: "hook", url: "https://a.example/")
        let moved = try Webhook(name: "hook", url: "https://b.example/")
        let other = try Webhook(name: "hook2", url: "https://a.example/")
        func id(_ finding: Finding, _ endpoint: Webhook, at time: Timestamp) -> String? {
            DeliveryRules.deliveries(for: finding, endpoints: [endpoint], now: time).first?.id
        }
        let first = try #require(id(.make(), hook, at: now))
        #expect(first.hasPrefix("msg_f-1_"))
        #expect(first == id(.make(evidence: 9), moved, at: now + 5))
        #expect(first != id(.make(), other, at: now))
        #expect(first != id(.make(uid: "f-2"), hook, at: now))
        #expect(try #require(id(.make(uid: "a.b c\n"), hook, at: now)).hasPrefix("msg_a_b_c__"))
    }
}
