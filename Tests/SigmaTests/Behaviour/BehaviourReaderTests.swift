import EventModel
import LocatedYAML
import Sigma
import Testing

/// What a rule may say of what is usual, and what it may not.
@Suite struct BehaviourReaderTests {
    /// A correlation of the rule `one`; its `type` is on line 11.
    private static func load(_ body: String) -> LoadedRules {
        let lines = body.split(separator: "\n").map { "  \($0)\n" }.joined()
        return SigmaLoader.load(
            text: Rule.named("one") + "---\ntitle: C\ncorrelation:\n  rules: one\n  group-by: user\n\(lines)", path: "r.yml")
    }

    private static func behaviour(_ body: String) throws -> Behaviour {
        let loaded = load(body)
        #expect(loaded.diagnostics.map(\.description) == [])
        return try #require(loaded.collection.correlations.first?.behaviour)
    }

    @Test func whatIsLeftOutIsAsDocumented() throws {
        let spike = try Self.behaviour("type: spike\ntimespan: 1h")
        #expect(spike == Behaviour())
        let drop = try Self.behaviour("type: drop\ntimespan: 1h")
        #expect(!drop.isNovel)
        let risk = try Self.behaviour("type: risk")
        #expect(risk.halfLife == Behaviour.day && risk.window == 7 * Behaviour.day && risk.minimumRisk == 100)
        #expect(risk.minimumTactics == 3 && risk.minimumRules == 4)
    }

    @Test func countsAreRead() throws {
        let found = try Self.behaviour(
            """
            type: spike
            timespan: 1h
            value: {distinct: file.name}
            baseline: {half_life: 3d, record_window: 7d, warm_up: {age: 2d, active_buckets: 9}, cold_start: peers, peers: team,
              timezone: +02:00}
            condition: {sensitivity: 7.5, min_count: 50, min_ratio: 3, novelty: false}
            alert_budget: 20/day
            limits: {max_entities: 5000}
            """)
        #expect(found.value == .distinct("file.name") && found.neededFields == ["file.name"])
        #expect(found.halfLife == 3 * Behaviour.day && found.recordWindow == 7 * Behaviour.day)
        #expect(found.warmUpAge == 2 * Behaviour.day && found.warmUpBuckets == 9)
        #expect(found.coldStart == .peers && found.peers == "team")
        #expect(found.zone == ZoneOffsets(fixed: 7_200) && found.zoneName == "+02:00")
        #expect(found.sensitivity == 7.5 && found.minimumCount == 50 && found.minimumRatio == 3 && !found.isNovel)
        #expect(found.alertBudget == 20 && found.maximumEntities == 5_000)
    }

    @Test func theOtherTypesAreRead() throws {
        let first = try Self.behaviour(
            "type: first_seen\nfields: [app.name]\nwindow: 30d\nscope: [entity, peers, tenant]\nbaseline: {peers: team}")
        #expect(first.fields == ["app.name"] && first.window == 30 * Behaviour.day && first.scopes == [.entity, .peers, .tenant])
        let outlier = try Self.behaviour(
            "type: peer_outlier\ntimespan: 1h\nbaseline: {peers: team}\ncondition: {quantile: 0.95, min_peers: 9, min_count: 3}")
        #expect(outlier.peers == "team" && outlier.quantile == 0.95 && outlier.minimumPeers == 9 && outlier.minimumCount == 3)
        #expect(outlier.isNovel)
        let risk = try Self.behaviour(
            "type: risk\nwindow: 2d\nbaseline: {half_life: 12h}\ncondition: {score: 60, tactics: 2, rules: 3}")
        #expect(risk.window == 2 * Behaviour.day && risk.halfLife == Behaviour.day / 2 && risk.minimumRisk == 60)
        #expect(risk.minimumTactics == 2 && risk.minimumRules == 3)
        let travel = try Self.behaviour("type: travel\negress_asns: [64500]\nlearn_egress: 3\ncondition: {min_km: 200, min_kmh: 700}")
        #expect(travel.egressNetworks == [64_500] && travel.learnedEgressDays == 3)
        #expect(travel.minimumKilometres == 200 && travel.minimumKilometresAnHour == 700)
        let hours = try Self.behaviour("type: unusual_time\nbaseline: {timezone: Europe/Berlin}\ncondition: {min_bits: 9}")
        // In July and in December.
        #expect(hours.zone.offset(at: 1_783_000_000) == 7_200 && hours.zone.offset(at: 1_796_500_000) == 3_600)
        #expect(hours.minimumBits == 9)
    }

    @Test(arguments: [
        ("type: spike", "required key \"timespan\" is missing"),
        ("type: peer_outlier\nbaseline: {peers: team}", "required key \"timespan\" is missing"),
        ("type: spike\ntimespan: 30s", "\"timespan\" must be at least a minute"),
        ("type: spike\ntimespan: 1h\nvalue: {sum: a, distinct: b}", "\"value\" is one of op: count, sum: FIELD, distinct: FIELD"),
        ("type: spike\ntimespan: 1h\ncondition: {sensitivity: 0}", "\"sensitivity\" must be above 0"),
        ("type: spike\ntimespan: 1h\ncondition: {min_bits: 8}", "unknown key \"min_bits\""),
        ("type: spike\ntimespan: 1h\nalert_budget: 20", "\"20\" is no number a day, as in 20/day"),
        ("type: spike\ntimespan: 1h\nbaseline: {half_life: soon}", "\"soon\" is not a timespan"),
        ("type: spike\ntimespan: 1h\nbaseline: {timezone: Berlin}", "\"Berlin\" is no time zone"),
        ("type: spike\ntimespan: 1h\nbaseline: {timezone: Berlin}", "did you mean \"Europe/Berlin\"?"),
        ("type: rare\nfields: a\nbaseline: {timezone: UTC}", "unknown key \"timezone\""),
        ("type: spike\ntimespan: 1h\nbaseline: {cold_start: peers}", "needs the field that says who they are"),
        ("type: spike\ntimespan: 1h\nbaseline: {cold_start: peers, peers: a, model: metric}", "is for spike and drop with the model"),
        ("type: peer_outlier\ntimespan: 1h", "peer_outlier needs the field that says who the peers are"),
        ("type: peer_outlier\ntimespan: 1h\nbaseline: {peers: a}\ncondition: {quantile: 1}", "must be from 0.5 to below 1"),
        ("type: first_seen", "required key \"fields\" is missing"),
        ("type: first_seen\nfields: a\nscope: [tenant, entity]", "the narrowest first and each once"),
        ("type: first_seen\nfields: a\nscope: [everybody]", "one or more of entity, peers and tenant"),
        ("type: first_seen\nfields: a\nscope: peers", "a scope of peers needs the field that says who they are"),
        ("type: travel\negress_asns: [AS64500]", "\"AS64500\" is not the number of an autonomous system"),
        ("type: risk\ncondition: {rules: 0}", "\"rules\" must be"),
    ])
    func whatCannotBeIsSaid(body: String, message: String) {
        let loaded = Self.load(body)
        #expect(loaded.collection.correlations.isEmpty)
        #expect(loaded.diagnostics.contains { $0.message.contains(message) }, "\(loaded.diagnostics.map(\.description))")
    }
}
