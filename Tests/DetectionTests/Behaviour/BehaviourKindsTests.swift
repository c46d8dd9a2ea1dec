import Detection
import EventModel
import Sigma
import TestSupport
import Testing

/// `first_seen`, `rare`, `unusual_time` and `travel` in the stream.
@Suite struct BehaviourKindsTests {
    private static let hour: Int64 = 3_600
    private static let day: Int64 = 86_400
    /// A Monday, 00:00 UTC.
    private static let start: Int64 = 1_795_392_000

    private static func stream(_ kind: CorrelationKind, _ change: (inout Behaviour) -> Void = { _ in }) -> Stream {
        var behaviour = Behaviour()
        behaviour.warmUpAge = 7 * Behaviour.day
        change(&behaviour)
        let rule = SigmaCorrelation(
            metadata: RuleFixtures.metadata("c"), kind: kind, rules: ["b0"], groupBy: ["user"], timespan: hour * 1_000_000,
            conditions: [], behaviour: behaviour)
        var stream = Stream(SigmaCollection(rules: [RuleFixtures.base("b0")], correlations: [rule]), lateness: 300)
        stream.receivedAt = Timestamp(seconds: start + 400 * day)
        return stream
    }

    private static func feed(_ stream: inout Stream, _ events: [(at: Int64, fields: [(String, String)])]) throws {
        var saved: [String: [Int: StatePage]] = [:]
        for (number, event) in events.sorted(by: { $0.at < $1.at }).enumerated() {
            stream.feed([TestEvent(Int64(number + 1), at: start + event.at, kinds: ["b0"], fields: [("user", "ana")] + event.fields)])
            // Now and then the daemon is restarted.
            if number % 97 == 50 { try stream.restart(&saved) }
        }
        stream.advance(to: start + 390 * day)
    }

    private static func told(_ stream: Stream) -> [String] {
        stream.findings.values.map { finding in
            finding.group.map(\.value).joined(separator: " ") + " \((finding.firstSeen.microseconds / 1_000_000 - start) / hour)"
        }.sorted()
    }

    @Test func valuesThatAreNewAreTold() throws {
        var stream = Self.stream(.firstSeen) { behaviour in
            behaviour.fields = ["app"]
            behaviour.window = 30 * Behaviour.day
        }
        var events: [(at: Int64, fields: [(String, String)])] = (0..<20).map { ($0 * Self.day, [("app", "mail")]) }
        // Of the first week nothing is said.
        events.append((3 * Self.day, [("app", "early")]))
        events += (0..<3).map { (10 * Self.day + $0 * 60, [("app", "new")]) }
        events.append((15 * Self.day, [("app", "new")]))
        // Known, but not for a month.
        events.append((60 * Self.day, [("app", "new")]))
        try Self.feed(&stream, events)
        #expect(Self.told(stream) == ["ana new 1440", "ana new 240"])
        let first = try #require(stream.findings.values.first { $0.count == 3 })
        #expect(first.reason.hasPrefix("app \"new\" for ana for the first time in 30 days"), "\(first.reason)")
    }

    @Test func valuesThatAreRareAreTold() throws {
        var stream = Self.stream(.rare) { behaviour in
            behaviour.fields = ["app"]
            behaviour.minimumBits = 6
        }
        var events: [(at: Int64, fields: [(String, String)])] = (0..<400).map { number in
            (number * Self.hour, [("app", number % 2 == 0 ? "mail" : "files")])
        }
        events.append((350 * Self.hour + 60, [("app", "console")]))
        try Self.feed(&stream, events)
        #expect(Self.told(stream) == ["ana console 350"])
        #expect(stream.findings.values.first?.reason.contains("is rare: about once in") == true)
    }

    @Test func hoursThatAreUnusualAreTold() throws {
        var stream = Self.stream(.unusualTime) { $0.minimumBits = 6 }
        var events: [(at: Int64, fields: [(String, String)])] = []
        for day in 0..<21 as Range<Int64> where day % 7 < 5 {
            for hour in 8..<18 as Range<Int64> { events.append((day * Self.day + hour * Self.hour, [])) }
        }
        events.append((16 * Self.day + 3 * Self.hour, []))
        events.append((17 * Self.day + 18 * Self.hour, []))
        try Self.feed(&stream, events)
        #expect(Self.told(stream) == ["ana \(16 * 24 + 3)"])
        #expect(stream.findings.values.first?.reason.contains("unusual time") == true)
    }

    private static let berlin = ("52.5", "13.4", "3320")
    private static let potsdam = ("52.4", "13.1", "6805")
    private static let tokyo = ("35.7", "139.7", "2516")

    private static func place(_ at: Int64, _ place: (String, String, String)) -> (at: Int64, fields: [(String, String)]) {
        (at, [
            ("src_endpoint.location.lat", place.0), ("src_endpoint.location.long", place.1),
            ("src_endpoint.autonomous_system.number", place.2),
        ])
    }

    private struct Case: Sendable {
        var name: String
        var events: [(at: Int64, fields: [(String, String)])]
        var expected: [String]
    }

    private static let journeys = [
        Case(name: "an hour apart", events: [place(0, berlin), place(3_600, tokyo)], expected: ["ana 1"]),
        Case(name: "a day apart", events: [place(0, berlin), place(86_400, tokyo)], expected: []),
        Case(name: "near", events: [place(0, berlin), place(60, potsdam)], expected: []),
        Case(name: "there and back", events: [place(0, berlin), place(3_600, tokyo), place(7_200, berlin)], expected: ["ana 1"]),
        Case(name: "without a place", events: [place(0, berlin), (at: 60, fields: [])], expected: []),
        Case(name: "nowhere", events: [place(0, berlin), place(60, ("91", "500", "1"))], expected: []),
    ]

    @Test(arguments: journeys.indices) func journeysThatNobodyMakesAreTold(number: Int) throws {
        let journey = Self.journeys[number]
        var stream = Self.stream(.travel)
        try Self.feed(&stream, journey.events)
        #expect(Self.told(stream) == journey.expected, "\(journey.name)")
        if let finding = stream.findings.values.first { #expect(finding.reason.contains("km/h"), "\(finding.reason)") }
    }

    @Test func networksThatManyLeaveFromSayNothing() throws {
        var stream = Self.stream(.travel) { $0.egressNetworks = [2516] }
        try Self.feed(&stream, [Self.place(0, Self.berlin), Self.place(3_600, Self.tokyo)])
        #expect(stream.findings.isEmpty)
        // A network that she has come from on five days is hers.
        var own = Self.stream(.travel)
        let days = (0..<6).map { Self.place(Int64($0) * Self.day, Self.tokyo) }
        try Self.feed(&own, days + [Self.place(6 * Self.day, Self.berlin), Self.place(6 * Self.day + 3_600, Self.tokyo)])
        #expect(own.findings.isEmpty)
    }

    /// Habits, and now and then something else.
    private static func habits(seed: UInt64) -> [TestEvent] {
        var generator = SeededGenerator(seed: seed)
        let places = [berlin, potsdam, tokyo]
        return (0..<1_500).map { _ in
            let user = Int.random(in: 0..<4, using: &generator)
            let isOdd = Int.random(in: 0..<100, using: &generator) == 0
            let hour = isOdd ? Int64.random(in: 0..<24, using: &generator) : Int64(8 + user) + Int64.random(in: 0..<6, using: &generator)
            let at = Int64.random(in: 0..<25, using: &generator) * day + hour * Self.hour + Int64.random(in: 0..<3_600, using: &generator)
            let app = isOdd ? "odd\(Int.random(in: 0..<3, using: &generator))" : "app\(Int.random(in: 0...user, using: &generator))"
            let place = places[isOdd ? 2 : Int.random(in: 0..<2, using: &generator)]
            let fields = [("user", "user\(user)"), ("app", app)] + Self.place(0, place).fields
            return TestEvent(0, at: start + at, kinds: ["b0"], fields: fields)
        }
    }

    private static let kinds: [CorrelationKind] = [.rare, .unusualTime, .firstSeen, .travel, .drop]

    @Test(arguments: kinds, 0..<3 as Range<UInt64>) func orderWithinTheLatenessChangesNothing(kind: CorrelationKind, seed: UInt64) throws {
        let events = Self.habits(seed: seed)
        var generator = SeededGenerator(seed: seed)
        var told: [[String]] = []
        for delay in [0, 290, 290] as [Int64] {
            var stream = Self.stream(kind) { behaviour in
                behaviour.fields = kind == .rare || kind == .firstSeen ? ["app"] : []
                (behaviour.minimumBits, behaviour.minimumCount, behaviour.isNovel) = (5, 0, false)
            }
            let delayed = events.map { (event: $0, at: $0.time + (delay == 0 ? 0 : Int64.random(in: 0...delay, using: &generator))) }
            for (number, entry) in delayed.sorted(by: { $0.at < $1.at }).enumerated() {
                var event = entry.event
                event.sequence = Int64(number + 1)
                stream.feed([event])
            }
            stream.advance(to: Self.start + 390 * Self.day)
            told.append(Self.told(stream))
        }
        #expect(told[0] == told[1] && told[1] == told[2])
        // Journeys and hours without anybody depend on luck.
        #expect(kind == .travel || kind == .drop || !told[0].isEmpty)
    }
}
