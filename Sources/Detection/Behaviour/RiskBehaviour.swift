import EventModel
import Glibc
import Sigma

/// `risk`: matches of several rules that add up to more than an entity should have, or span many tactics.
///
/// A match adds its rule's points by level, which halve with time; the second of a rule within a day 1 / 2^1.5 of them, the third
/// 1 / 3^1.5, and so on. All matches of a bucket count as of its beginning: in which order they come changes nothing.
struct RiskBehaviour: BehaviourState {
    private struct Entity: Sendable {
        /// As of the beginning of `bucket`.
        var points = 0.0
        var bucket: Int64
        var rules: [Int: Repeats] = [:]
    }

    /// The matches of one rule within a day of the first of them.
    private struct Repeats: Sendable {
        var first: Int64
        var last: Int64
        var count: Int64
    }

    let rule: FindingRule
    let behaviour: BehaviourRule
    private var entities = EntityBook<Entity>()

    init(_ rule: FindingRule, _ behaviour: BehaviourRule) {
        self.rule = rule
        self.behaviour = behaviour
    }

    mutating func take(_ event: HeldEvent, _ unusual: inout [UnusualEvent]) {
        let parameters = behaviour.parameters
        entities.makeRoom(for: event.entity, within: parameters.maximumEntities, by: \.bucket)
        var entity = entities.take(event.entity) ?? Entity(bucket: event.bucket)
        // One that comes too late counts as of now.
        let bucket = max(event.bucket, entity.bucket)
        entity.points *= exp2(-Double((bucket - entity.bucket) * behaviour.bucket) / Double(max(1, parameters.halfLife)))
        entity.bucket = bucket
        let window = max(1, parameters.window / behaviour.bucket)
        entity.rules = entity.rules.filter { bucket - $0.value.last < window }
        for step in behaviour.risks.indices where event.match.steps & 1 &<< UInt64(step) != 0 {
            entity.points += behaviour.risks[step].points / repeats(step, at: bucket, &entity)
        }
        entities[event.entity] = entity

        let isHigh = entity.points >= parameters.minimumRisk
        guard isHigh || entity.rules.count >= parameters.minimumRules else { return }
        let tactics = Set(entity.rules.keys.flatMap { behaviour.risks[$0].tactics })
        guard isHigh || tactics.count >= parameters.minimumTactics else { return }
        unusual.append(UnusualEvent(match: event.match, text: event.text, bucket: anomaly(entity, tactics, event.text)))
    }

    /// By how much a further match of a rule counts less.
    private func repeats(_ step: Int, at bucket: Int64, _ entity: inout Entity) -> Double {
        let day = max(1, Behaviour.day / behaviour.bucket)
        var repeats = entity.rules[step] ?? Repeats(first: bucket, last: bucket, count: 0)
        if bucket - repeats.first >= day { (repeats.first, repeats.count) = (bucket, 0) }
        repeats.last = bucket
        repeats.count += 1
        entity.rules[step] = repeats
        return pow(Double(repeats.count), 1.5)
    }

    private func anomaly(_ entity: Entity, _ tactics: Set<String>, _ text: [UInt8]) -> Anomaly {
        let words = AnomalyWords(rule, behaviour)
        let parameters = behaviour.parameters
        let start = Timestamp(microseconds: entity.bucket * behaviour.bucket)
        let steps = entity.rules.sorted { ($0.value.first, $0.key) < ($1.value.first, $1.key) }.prefix(6)
        let titles = steps.map { "\"\(rule.steps[$0.key].title)\"" }.joined(separator: ", ")
        let more = entity.rules.count > steps.count ? " and \(entity.rules.count - steps.count) more" : ""
        let days = FindingText.duration(parameters.window)
        return Anomaly(
            kind: behaviour.kind.rawValue, subject: "risk", observed: entity.points.rounded(), start: start,
            end: start + behaviour.bucket, score: entity.points, threshold: parameters.minimumRisk,
            sentence: "risk of \(words.number(entity.points.rounded()))\(words.whose(text)) at \(words.minute(start)) UTC "
                + "(told from \(words.number(parameters.minimumRisk)), or \(parameters.minimumRules) rules of "
                + "\(parameters.minimumTactics) tactics), after \(titles)\(more) within \(days)"
                + (tactics.isEmpty ? "" : "; tactics: \(tactics.sorted().joined(separator: ", "))"))
    }

    func going(on rule: FindingRule, _ behaviour: BehaviourRule) -> any BehaviourState {
        var copy = RiskBehaviour(rule, behaviour)
        copy.entities = entities
        return copy
    }

    // MARK: Snapshots

    mutating func takeDirtyPages() -> [StatePage] { entities.takeDirtyPages(Self.write) }

    private static func write(_ entity: Entity, to writer: inout SnapshotWriter) {
        writer.writeFixed(entity.points.bitPattern)
        writer.write(entity.bucket)
        writer.write(entity.rules.count)
        for (step, repeats) in entity.rules.sorted(by: { $0.key < $1.key }) {
            writer.write(step)
            for number in [repeats.first, repeats.last, repeats.count] { writer.write(number) }
        }
    }

    init(_ rule: FindingRule, _ behaviour: BehaviourRule, pages: [StatePage]) throws(SnapshotError) {
        self.init(rule, behaviour)
        for page in pages { try entities.restore(page, entity) }
    }

    private func entity(from reader: inout SnapshotReader) throws(SnapshotError) -> Entity {
        let points = try reader.number()
        var entity = Entity(points: points, bucket: try reader.integer())
        for _ in 0..<(try reader.count(size: 4)) {
            let start = reader.offset
            let step = try reader.integer()
            guard behaviour.risks.indices.contains(Int(clamping: step)) else { throw .malformed(offset: start) }
            let first = try reader.integer()
            let last = try reader.integer()
            entity.rules[Int(step)] = Repeats(first: first, last: last, count: try reader.integer())
        }
        return entity
    }
}
