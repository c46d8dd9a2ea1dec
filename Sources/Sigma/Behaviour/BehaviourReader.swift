import EventModel
import LocatedYAML

/// Reads what a behavioural correlation says beside what all correlations say: `value`, `baseline`, `condition`, `fields`,
/// `scope`, `window`, `egress_asns`, `learn_egress`, `alert_budget` and `limits`.
struct BehaviourReader {
    let kind: CorrelationKind

    private static let entities = 100...10_000_000

    func read(_ section: YAMLSection) -> Behaviour {
        var behaviour = Behaviour()
        // The fewest there were are none, mostly, and nothing is below that.
        behaviour.isNovel = kind != .drop
        if kind == .risk { (behaviour.halfLife, behaviour.window) = (Behaviour.day, 7 * Behaviour.day) }
        if kind.countsInBuckets { readSeries(section, &behaviour) }
        if kind == .firstSeen || kind == .rare {
            behaviour.fields = section.strings("fields")
            if behaviour.fields.isEmpty { section.missing("fields") }
        }
        if kind == .firstSeen || kind == .risk, let window = timespan(section, "window") { behaviour.window = window }
        if kind == .firstSeen { readScopes(section, &behaviour) }
        if kind == .travel { readTravel(section, &behaviour) }
        if let baseline = section.section("baseline") {
            readBaseline(baseline, &behaviour)
            baseline.finish()
        }
        checkPeers(section, behaviour)
        if let condition = section.section("condition") {
            readCondition(condition, &behaviour)
            condition.finish()
        }
        if let text = section.string("alert_budget") {
            let parts = text.split(separator: "/")
            if parts.count == 2, parts[1] == "day", let budget = Int(parts[0]), (1...1_000_000).contains(budget) {
                behaviour.alertBudget = budget
            } else {
                section.error("alert_budget", "\"\(text)\" is no number a day, as in 20/day")
            }
        }
        if let limits = section.section("limits") {
            if let count = limits.int("max_entities", in: Self.entities) { behaviour.maximumEntities = count }
            limits.finish()
        }
        return behaviour
    }

    private func readSeries(_ section: YAMLSection, _ behaviour: inout Behaviour) {
        guard let value = section.section("value") else { return }
        let forms = ["count", "sum", "distinct"].filter { value.has($0) || ($0 == "count" && value.has("op")) }
        if let field = value.string("sum") { behaviour.value = .sum(field) }
        if let field = value.string("distinct") { behaviour.value = .distinct(field) }
        if let operation = value.string("op"), operation != "count" {
            value.error("op", "\"op\" is count; sums and distinct values are written \"sum: FIELD\" and \"distinct: FIELD\"")
        }
        if forms.count > 1 { section.error("value", "\"value\" is one of op: count, sum: FIELD, distinct: FIELD") }
        value.finish()
    }

    private func readBaseline(_ baseline: YAMLSection, _ behaviour: inout Behaviour) {
        if kind == .spike || kind == .drop { behaviour.model = baseline.choice("model", of: Behaviour.Model.self) ?? .count }
        if kind.countsInBuckets, let time = timespan(baseline, "record_window") { behaviour.recordWindow = time }
        if kind == .spike || kind == .drop || kind == .unusualTime { readZone(baseline, &behaviour) }
        if let time = timespan(baseline, "half_life") { behaviour.halfLife = time }
        behaviour.coldStart = baseline.choice("cold_start", of: Behaviour.ColdStart.self) ?? .silent
        if kind.countsInBuckets || kind == .firstSeen { behaviour.peers = baseline.string("peers") }
        guard let warmUp = baseline.section("warm_up") else { return }
        if let age = timespan(warmUp, "age") { behaviour.warmUpAge = age }
        if let count = warmUp.int("active_buckets", in: 0...100_000) { behaviour.warmUpBuckets = count }
        warmUp.finish()
    }

    private func readCondition(_ condition: YAMLSection, _ behaviour: inout Behaviour) {
        switch kind {
        case .spike, .drop:
            behaviour.sensitivity = positive(condition, "sensitivity")
            if let count = condition.int("min_count", in: 0...Int(UInt32.max)) { behaviour.minimumCount = count }
            if let ratio = positive(condition, "min_ratio") { behaviour.minimumRatio = ratio }
            if let isNovel = condition.bool("novelty") { behaviour.isNovel = isNovel }
        case .rare, .unusualTime:
            if let bits = positive(condition, "min_bits") { behaviour.minimumBits = bits }
            if let count = condition.int("min_events", in: 1...1_000_000) { behaviour.minimumEvents = count }
        case .travel:
            if let distance = positive(condition, "min_km") { behaviour.minimumKilometres = distance }
            if let speed = positive(condition, "min_kmh") { behaviour.minimumKilometresAnHour = speed }
        case .peerOutlier:
            if let share = condition.double("quantile") {
                behaviour.quantile = share
                if !(0.5..<1).contains(share) {
                    condition.error("quantile", "\"quantile\" must be from 0.5 to below 1, as in 0.99")
                }
            }
            if let count = condition.int("min_peers", in: 1...1_000_000) { behaviour.minimumPeers = count }
            if let count = condition.int("min_count", in: 0...Int(UInt32.max)) { behaviour.minimumCount = count }
            if let ratio = positive(condition, "min_ratio") { behaviour.minimumRatio = ratio }
            if let isNovel = condition.bool("novelty") { behaviour.isNovel = isNovel }
        case .risk:
            if let score = positive(condition, "score") { behaviour.minimumRisk = score }
            if let count = condition.int("tactics", in: 1...20) { behaviour.minimumTactics = count }
            if let count = condition.int("rules", in: 1...64) { behaviour.minimumRules = count }
        default: break
        }
    }

    private func readZone(_ baseline: YAMLSection, _ behaviour: inout Behaviour) {
        guard let text = baseline.string("timezone") else { return }
        if let zone = ZoneReader.zone(text) {
            (behaviour.zone, behaviour.zoneName) = (zone, text)
        } else {
            let hint = ZoneReader.hint(for: text)
            baseline.error("timezone", "\"\(text)\" is no time zone; write \(ZoneReader.forms)\(hint)")
        }
    }

    private func readScopes(_ section: YAMLSection, _ behaviour: inout Behaviour) {
        let names = section.strings("scope")
        let scopes = names.compactMap(Behaviour.Scope.init)
        if scopes.count < names.count || scopes != Behaviour.Scope.allCases.filter(scopes.contains) {
            section.error("scope", "\"scope\" is one or more of entity, peers and tenant, the narrowest first and each once")
        } else if !scopes.isEmpty {
            behaviour.scopes = scopes
        }
    }

    /// Who asks for peers must say who they are.
    private func checkPeers(_ section: YAMLSection, _ behaviour: Behaviour) {
        if behaviour.coldStart == .peers, behaviour.model != .count || (kind != .spike && kind != .drop) {
            section.error("baseline", "\"cold_start: peers\" is for spike and drop with the model count")
        }
        guard behaviour.peers == nil else { return }
        if kind.needsPeers {
            section.error("type", "peer_outlier needs the field that says who the peers are; write baseline: {peers: FIELD}")
        } else if behaviour.coldStart == .peers {
            section.error("baseline", "\"cold_start: peers\" needs the field that says who they are; add \"peers: FIELD\" to it")
        } else if behaviour.scopes.contains(.peers) {
            section.error("scope", "a scope of peers needs the field that says who they are; write baseline: {peers: FIELD}")
        }
    }

    private func readTravel(_ section: YAMLSection, _ behaviour: inout Behaviour) {
        for text in section.strings("egress_asns") {
            if let number = UInt32(text) {
                behaviour.egressNetworks.insert(number)
            } else {
                section.error("egress_asns", "\"\(text)\" is not the number of an autonomous system")
            }
        }
        if let days = section.int("learn_egress", in: 1...60) { behaviour.learnedEgressDays = days }
    }

    private func positive(_ section: YAMLSection, _ key: String) -> Double? {
        guard let number = section.double(key) else { return nil }
        if number > 0, number.isFinite { return number }
        section.error(key, "\"\(key)\" must be above 0")
        return nil
    }

    private func timespan(_ section: YAMLSection, _ key: String) -> Int64? {
        guard let text = section.string(key) else { return nil }
        if let time = Timespan.microseconds(text) { return time }
        section.error(key, "\"\(text)\" is not a timespan; write a number above 0 and s, m, h, d, w, M or y, as in 7d")
        return nil
    }
}
