import EventModel
import Pipeline
import Testing

struct EndpointHealthTests {
    private static let start = Timestamp(seconds: 1_795_521_600)

    /// What is said over the looks, as `second kind count`.
    private static func said(_ looks: [(second: Int64, dead: Int, reason: String?)], first: Int = 0) -> [String] {
        var health = EndpointHealth(dead: first)
        return looks.flatMap { look in
            health.look(dead: look.dead, disabledReason: look.reason, endpoint: "soc", at: start + look.second * 1_000_000).map {
                "\(look.second) \($0.kind.rawValue)\($0.count > 0 ? " \($0.count)" : "")\($0.detail.isEmpty ? "" : " \($0.detail)")"
            }
        }
    }

    @Test(arguments: [
        ([(0, 0, nil), (1, 0, nil)], []),
        ([(0, 1, nil), (1, 1, nil)], ["0 delivery.dead 1"]),
        // More of them is told again, but not at once.
        ([(0, 1, nil), (1, 3, nil), (599, 4, nil), (600, 4, nil), (1_300, 4, nil)], ["0 delivery.dead 1", "600 delivery.dead 3"]),
        // Sent again by a person, and given up again.
        ([(0, 5, nil), (700, 0, nil), (1_400, 2, nil)], ["0 delivery.dead 5", "1400 delivery.dead 2"]),
        ([(0, 0, "410"), (1, 0, "410"), (9, 0, nil), (10, 0, "410")], [
            "0 delivery.disabled 410", "9 delivery.enabled", "10 delivery.disabled 410",
        ]),
    ] as [([(Int64, Int, String?)], [String])])
    func isToldWhenItChanges(looks: [(Int64, Int, String?)], expected: [String]) {
        #expect(Self.said(looks) == expected)
    }

    @Test func whatWasGivenUpBeforeIsNotTold() { #expect(Self.said([(0, 7, nil)], first: 7).isEmpty) }

    @Test func aBookKeepsWhatWasTold() throws {
        var book = HealthBook()
        let names = ["soc", "chat"]
        #expect(book.look(dead: [:], disabled: [:], endpoints: names, at: Self.start).isEmpty)
        let told = book.look(dead: ["soc": 1, "gone": 9], disabled: ["chat": "410"], endpoints: names, at: Self.start + 1)
        #expect(told.map { "\($0.subject) \($0.kind.rawValue)" } == ["chat delivery.disabled", "soc delivery.dead"])
        var again = try #require(HealthBook(json: book.json))
        #expect(again.look(dead: ["soc": 1], disabled: ["chat": "410"], endpoints: names, at: Self.start + 2).isEmpty)
    }

    @Test func aBookOfBeforeEndpointsIsRead() throws {
        #expect(HealthBook(json: #"{"sources":{}}"#) == HealthBook())
    }
}
