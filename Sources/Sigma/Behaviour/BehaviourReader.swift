import LocatedYAML

/// Reads what a behavioural correlation says beside what all correlations say: `value`, `baseline`, `condition`, `fields`,
/// `window`, `egress_asns`, `learn_egress`, `alert_budget` and `limits`.
struct BehaviourReader {
    let kind: CorrelationKind

    private static let entities = 100...10_000_000

    func read(_ section: YAMLSection) -> Behaviour {
        var behaviour = Behaviour()
        // The fewest there were are none, mostly, and nothing is below that.
        behaviour.isNovel = kind == .spike
        if kind == .spike || kind == .drop { readSeries(section, &behaviour) }
        if kind == .firstSeen || kind == .rare {
            behaviour.fields = section.strings("fields")
            if behaviour.fields.isEmpty { section.missing("fields") }
        }
        if kind == .firstSeen, let window = timespan(section, "window") { behaviour.window = window }
        if kind == .travel { readTravel(section, &behaviour) }
        if let baseline = section.section("baseline") {
            readBaseline(baseline, &behaviour)
            baseline.finish()
        }
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
        if kind == .spike || kind == .drop {
            behaviour.model = baseline.choice("model", of: Behaviour.Model.self) ?? .count
            if let time = timespan(baseline, "record_window") { behaviour.recordWindow = time }
        }
        if let time = timespan(baseline, "half_life") { behaviour.halfLife = time }
        behaviour.coldStart = baseline.choice("cold_start", of: Behaviour.ColdStart.self) ?? .silent
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
        default: break
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
