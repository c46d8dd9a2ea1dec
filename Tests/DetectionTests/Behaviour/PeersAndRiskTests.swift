import Detection
import EventModel
import Sigma
import TestSupport
import Testing

/// What compares an entity with others (`peer_outlier`, `cold_start: peers`, the scopes of `first_seen`), and `risk`: also shuffled
/// within the lateness, and with restarts in between.
@Suite struct PeersAndRiskTests {
    private static let hour: Int64 = 3_600
    private static let day: Int64 = 86_400
    /// A Monday, 00:00 UTC.
    private static let start: Int64 = 1_795_392_000

    private static func event(
        _ at: Int64, _ user: String, team: String? = nil, app: String? = nil, _ kinds: [String] = ["b0"]
    ) -> TestEvent {
        let fields = [("user", user)] + (team.map { [("team", $0)] } ?? []) + (app.map { [("app", $0)] } ?? [])
        return TestEvent(0, at: start + at, kinds: kinds, fields: fields)
    }

    private static func collection(
        _ kind: CorrelationKind, bases: [SigmaRule] = [RuleFixtures.base("b0")], _ change: (inout Behaviour) -> Void
    ) -> SigmaCollection {
        var behaviour = Behaviour()
        change(&behaviour)
        let rule = SigmaCorrelation(
            metadata: RuleFixtures.metadata("c"), kind: kind, rules: bases.map(\.metadata.id), groupBy: ["user"],
            timespan: hour * 1_000_000, conditions: [], behaviour: behaviour)
        return SigmaCollection(rules: bases, correlations: [rule])
    }

    /// In the order of their time for seed 0, else shuffled within the lateness; with restarts that read what was saved.
    private static func findings(
        _ collection: SigmaCollection, _ events: [TestEvent], seed: UInt64
    ) throws -> [Finding] {
        var generator = SeededGenerator(seed: seed)
        var delayed = events.map { (event: $0, at: $0.time + (seed == 0 ? 0 : Int64.random(in: 0...290, using: &generator))) }
        delayed.sort { ($0.at, $0.event.value("user") ?? "") < ($1.at, $1.event.value("user") ?? "") }
        var stream = Stream(collection, lateness: 300)
        stream.receivedAt = Timestamp(seconds: start + 90 * day)
        var saved: [String: [Int: StatePage]] = [:]
        for (number, entry) in delayed.enumerated() {
            var event = entry.event
            event.sequence = Int64(number + 1)
            stream.feed([event])
            if number % 997 == 500 { try stream.restart(&saved) }
        }
        stream.advance(to: start + 80 * day)
        return Array(stream.findings.values)
    }

    /// The group's values, and the hour that it began in.
    private static func told(_ findings: [Finding]) -> [String] {
        findings.map { finding in
            "\(finding.group.map(\.value).joined(separator: " ")) \((finding.firstSeen.microseconds / 1_000_000 - start) / hour)"
        }.sorted()
    }

    /// Two teams at work for some weeks: so many events an hour of each person, in office hours.
    private static func office(days: Int64, _ teams: [(team: String, people: Int, perHour: Int)]) -> [TestEvent] {
        var events: [TestEvent] = []
        for (team, people, perHour) in teams {
            for person in 0..<people {
                for day in 0..<days {
                    for hour in 9..<17 as Range<Int64> {
                        for number in 0..<perHour {
                            let at = day * Self.day + hour * Self.hour + Int64(number * 3_500 / perHour + person)
                            events.append(event(at, "\(team)\(person)", team: team))
                        }
                    }
                }
            }
        }
        return events
    }

    // MARK: peer_outlier

    private static func burst(_ user: String, team: String?, hour: Int64, _ count: Int64) -> [TestEvent] {
        (0..<count).map { event(hour * Self.hour + 60 + $0 * 10, user, team: team) }
    }

    private static let outlier = collection(.peerOutlier) { behaviour in
        behaviour.peers = "team"
        behaviour.warmUpAge = 7 * Behaviour.day
    }

    @Test(arguments: 0..<4 as Range<UInt64>) func whatNoPeerDoesIsTold(seed: UInt64) throws {
        var events = Self.office(days: 20, [("sales", 8, 3), ("build", 7, 40), ("pair", 2, 3)])
        // Much for sales, little for those who build.
        events += Self.burst("sales3", team: "sales", hour: 15 * 24 + 20, 60)
        events += Self.burst("build3", team: "build", hour: 15 * 24 + 20, 60)
        // Before anything is known; without a team; of too few.
        events += Self.burst("sales4", team: "sales", hour: 2 * 24 + 20, 60)
        events += Self.burst("nobody", team: nil, hour: 15 * 24 + 20, 60)
        events += Self.burst("pair1", team: "pair", hour: 15 * 24 + 20, 60)
        // A second time within a day of the first.
        events += Self.burst("sales3", team: "sales", hour: 15 * 24 + 22, 90)
        let findings = try Self.findings(Self.outlier, events, seed: seed)
        #expect(Self.told(findings) == ["sales3 sales \(15 * 24 + 20)"])
        let reason = try #require(findings.first?.reason)
        for part in ["60 events of", "for sales3", "of 7 others of team \"sales\" 99 % of the times stay below", "were 3"] {
            #expect(reason.contains(part), "\(reason)")
        }
    }

    /// Who always does more than the others is not told of each day; who does more than ever is.
    @Test func whoIsAlwaysFirstIsToldOfARecordAlone() throws {
        var events = Self.office(days: 20, [("sales", 8, 3)])
        for day in 0..<20 as Range<Int64> { events += Self.burst("sales7", team: "sales", hour: day * 24 + 20, 100) }
        events += Self.burst("sales7", team: "sales", hour: 18 * 24 + 22, 300)
        let findings = try Self.findings(Self.outlier, events, seed: 0)
        #expect(Self.told(findings) == ["sales7 sales \(18 * 24 + 22)"])
    }

    // MARK: cold_start

    private static func newcomer(_ coldStart: Behaviour.ColdStart) -> SigmaCollection {
        collection(.spike) { behaviour in
            behaviour.coldStart = coldStart
            behaviour.peers = "team"
            behaviour.minimumCount = 20
        }
    }

    @Test(arguments: 0..<3 as Range<UInt64>) func aNewcomerIsJudgedByItsPeers(seed: UInt64) throws {
        let events = Self.office(days: 20, [("sales", 8, 3), ("build", 8, 60)])
            + Self.burst("new1", team: "sales", hour: 15 * 24 + 10, 200) + Self.burst("new2", team: "build", hour: 15 * 24 + 10, 60)
        let findings = try Self.findings(Self.newcomer(.peers), events, seed: seed)
        #expect(Self.told(findings) == ["new1 sales \(15 * 24 + 10)"])
        #expect(findings.first?.reason.contains("usual for its peers are") == true, "\(findings.first?.reason ?? "")")
        #expect(try Self.findings(Self.newcomer(.silent), events, seed: seed).isEmpty)
    }

    /// What is compared with others cannot be divided by group.
    @Test(arguments: [2, 5]) func shardsChangeNothing(shards: Int) throws {
        let events = Self.office(days: 20, [("sales", 8, 3)]) + Self.burst("sales3", team: "sales", hour: 15 * 24 + 20, 60)
            + Self.burst("new1", team: "sales", hour: 15 * 24 + 10, 200)
        for collection in [Self.outlier, Self.newcomer(.peers)] {
            let stream = Stream(collection, lateness: 300)
            var (sharded, extracting) = (ShardedCorrelator(ruleSet: stream.ruleSet, lateness: 300_000_000, shards: shards), stream)
            extracting.receivedAt = Timestamp(seconds: Self.start + 90 * Self.day)
            var found: [String: Finding] = [:]
            let sorted = events.sorted { ($0.time, $0.value("user") ?? "") < ($1.time, $1.value("user") ?? "") }
            for (number, next) in sorted.enumerated() {
                var event = next
                event.sequence = Int64(number + 1)
                sharded.count([extracting.extract([event])])
                for change in sharded.takeChanges() { found[change.finding.uid] = change.finding }
            }
            let end = Timestamp(seconds: Self.start + 80 * Self.day)
            for change in sharded.advance(to: end) { found[change.finding.uid] = change.finding }
            let expected = Self.told(try Self.findings(collection, events, seed: 0))
            #expect(Self.told(Array(found.values)) == expected && !expected.isEmpty)
        }
    }

    // MARK: Scopes of first_seen

    private static func scoped(_ scopes: [Behaviour.Scope]) -> SigmaCollection {
        collection(.firstSeen) { behaviour in
            behaviour.fields = ["app"]
            behaviour.peers = "team"
            behaviour.scopes = scopes
            behaviour.window = 30 * Behaviour.day
        }
    }

    private static let ladders: [(scopes: [Behaviour.Scope], told: [String])] = [
        ([.entity], ["medium ana chat", "medium ana crm", "medium ana odd"]),
        ([.entity, .peers, .tenant], ["critical ana odd", "high ana crm", "medium ana chat"]),
        ([.peers, .tenant], ["high ana odd", "medium ana crm"]),
        ([.tenant], ["medium ana odd"]),
    ]

    @Test(arguments: ladders.indices, 0..<2 as Range<UInt64>) func whatIsNewForMoreIsMoreSevere(number: Int, seed: UInt64) throws {
        var events: [TestEvent] = []
        for day in 0..<15 as Range<Int64> {
            events.append(Self.event(day * Self.day, "ana", team: "sales", app: "mail"))
            events.append(Self.event(day * Self.day + 60, "kim", team: "sales", app: "chat"))
            events.append(Self.event(day * Self.day + 90, "lee", team: "build", app: "crm"))
        }
        // What a colleague uses, what somebody uses, what nobody does.
        for (place, app) in ["chat", "crm", "odd"].enumerated() {
            events.append(Self.event(12 * Self.day + Int64(place) * 7_200, "ana", team: "sales", app: app))
        }
        let ladder = Self.ladders[number]
        let findings = try Self.findings(Self.scoped(ladder.scopes), events, seed: seed)
        let told = findings.map { finding in
            "\(finding.rule.level) \(finding.group.filter { $0.field != "team" }.map(\.value).joined(separator: " "))"
        }
        #expect(told.sorted() == ladder.told)
        let odd = try #require(findings.first { $0.reason.contains("odd") }?.reason)
        #expect(odd.contains("for anybody") == ladder.scopes.contains(.tenant), "\(odd)")
        #expect(odd.contains("for anybody of team \"sales\"") == ladder.scopes.contains(.peers), "\(odd)")
    }

    // MARK: risk

    private static let rules: [SigmaRule] = [("b0", Level.low, "initial-access"), ("b1", .medium, "persistence"),
        ("b2", .high, "exfiltration"), ("b3", .low, "impact")].map { id, level, tactic in
            var rule = RuleFixtures.base(id)
            rule.metadata.level = level
            rule.metadata.tags = ["attack.\(tactic)", "attack.t1078"]
            return rule
        }

    private static let risks: [(name: String, events: [(hour: Int64, kind: String)], told: [String])] = [
        ("little", [(1, "b0"), (2, "b1")], []),
        ("enough", [(1, "b2"), (1, "b1"), (2, "b2"), (2, "b1"), (3, "b2"), (4, "b2")], ["ana 4"]),
        ("too long ago", [(1, "b2"), (1, "b1"), (49, "b2"), (49, "b1")], []),
        // However often one comes, it adds 2.6 times its points at most.
        ("the same again and again", (0..<6).map { (1, $0 % 2 == 0 ? "b1" : "b0") }, []),
        ("many tactics", [(1, "b0"), (20, "b1"), (40, "b2"), (160, "b3")], ["ana 160"]),
        ("many tactics, too far apart", [(1, "b0"), (20, "b1"), (40, "b2"), (200, "b3")], []),
    ]

    @Test(arguments: risks.indices, 0..<3 as Range<UInt64>) func riskAddsUp(number: Int, seed: UInt64) throws {
        let risk = Self.risks[number]
        let events = risk.events.enumerated().map { place, entry in
            Self.event(entry.hour * Self.hour + Int64(place) * 20, "ana", [entry.kind])
        }
        let collection = Self.collection(.risk, bases: Self.rules) { behaviour in
            (behaviour.halfLife, behaviour.window) = (Behaviour.day, 7 * Behaviour.day)
        }
        let findings = try Self.findings(collection, events, seed: seed)
        #expect(Self.told(findings) == risk.told, "\(risk.name): \(findings.map(\.reason))")
        for finding in findings { #expect(finding.reason.hasPrefix("risk of ") && finding.reason.contains("for ana")) }
    }
}
