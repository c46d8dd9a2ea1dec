import EventModel
import Sigma

/// `rare` and `unusual_time`: values, or hours of the week, that an entity is hardly ever seen with.
struct RarityBehaviour: BehaviourState {
    private enum Habit: Sendable {
        case values(EntityValues)
        case hours(HourModel)
    }

    private struct Entity: Sendable {
        var habit: Habit
        var events = 0
        var firstSeen: Timestamp
        var lastSeen: Timestamp
    }

    private static let tenantPage = -1

    let rule: FindingRule
    let behaviour: BehaviourRule
    private let keys: BehaviourKeys
    /// What everybody does; of `rare` alone.
    private var tenant: RareModel?
    private var entities = EntityBook<Entity>()
    private var isTenantChanged = false

    init(_ rule: FindingRule, _ behaviour: BehaviourRule) {
        self.rule = rule
        self.behaviour = behaviour
        keys = BehaviourKeys(behaviour)
        tenant = behaviour.kind == .rare ? RareModel() : nil
    }

    mutating func take(_ event: HeldEvent, _ unusual: inout [UnusualEvent]) {
        let time = event.match.time
        guard time.microseconds >= 0 else { return }
        if entities[event.entity] == nil {
            if entities.count >= behaviour.parameters.maximumEntities { entities.forget(by: \.lastSeen) }
            let habit: Habit = tenant == nil ? .hours(HourModel()) : .values(EntityValues())
            entities[event.entity] = Entity(habit: habit, firstSeen: time, lastSeen: time)
        }
        guard var entity = entities[event.entity] else { return }
        let bits: Double?
        switch entity.habit {
        case .values(var values):
            let hour = UInt32(clamping: time.microseconds / 3_600_000_000)
            bits = tenant?.add(keys.values(of: event.text), entity: &values, hour: hour)
            entity.habit = .values(values)
            isTenantChanged = true
        case .hours(var hours):
            bits = hours.add(at: time, offset: behaviour.parameters.zone.offset(at: time.microseconds / 1_000_000))
            entity.habit = .hours(hours)
        }
        entity.events += 1
        entity.lastSeen = max(entity.lastSeen, time)
        entities[event.entity] = entity
        let parameters = behaviour.parameters
        let isKnown = entity.events > parameters.minimumEvents && time - entity.firstSeen >= parameters.warmUpAge
        guard let bits, isKnown, bits >= parameters.minimumBits else { return }
        unusual.append(UnusualEvent(match: event.match, text: event.text, anomaly: anomaly(bits, entity, event)))
    }

    private func anomaly(_ bits: Double, _ entity: Entity, _ event: HeldEvent) -> Anomaly {
        let words = AnomalyWords(rule, behaviour)
        let time = words.minute(event.match.time)
        let odds = "about once in \(words.number(words.rounded(odds: bits))) of its events"
        let known = "\(entity.events) events are known since \(words.day(entity.firstSeen))"
        let what = behaviour.kind == .rare
            ? "\(words.what(event.text))\(words.whose(event.text)) at \(time) UTC is rare"
            : "\(words.titles)\(words.whose(event.text)) at \(time) UTC is an unusual time"
        return Anomaly(
            kind: behaviour.kind.rawValue, subject: behaviour.kind == .rare ? words.what(event.text) : "hour of the week",
            observed: 1, knownSince: entity.firstSeen, start: event.match.time, end: event.match.time, score: bits,
            threshold: behaviour.parameters.minimumBits,
            sentence: "\(what): \(odds); \(known), score \(words.number(bits)) bits of "
                + "\(words.number(behaviour.parameters.minimumBits)) needed")
    }

    func going(on rule: FindingRule, _ behaviour: BehaviourRule) -> any BehaviourState {
        var copy = RarityBehaviour(rule, behaviour)
        (copy.tenant, copy.entities, copy.isTenantChanged) = (tenant, entities, isTenantChanged)
        return copy
    }

    // MARK: Snapshots

    /// A page an entity, and one for all together.
    mutating func takeDirtyPages() -> [StatePage] {
        var pages = entities.takeDirtyPages(Self.bytes)
        if isTenantChanged, let tenant { pages.append(StatePage(number: Self.tenantPage, bytes: tenant.snapshot())) }
        isTenantChanged = false
        return pages
    }

    private static func bytes(of entity: Entity, _ key: UInt64) -> [UInt8] {
        var writer = SnapshotWriter()
        writer.writeFixed(key)
        writer.write(entity.events)
        writer.write(entity.firstSeen.microseconds)
        writer.write(entity.lastSeen.microseconds)
        switch entity.habit {
        case .values(let values): writer.write(values.snapshot())
        case .hours(let hours): writer.write(hours.snapshot())
        }
        writer.seal()
        return writer.bytes
    }

    init(_ rule: FindingRule, _ behaviour: BehaviourRule, pages: [StatePage]) throws(SnapshotError) {
        self.init(rule, behaviour)
        for page in pages where !page.bytes.isEmpty {
            if page.number == Self.tenantPage {
                if tenant != nil { tenant = try RareModel(snapshot: page.bytes) }
                continue
            }
            var reader = try SnapshotReader(page.bytes)
            let key = try reader.fixed()
            let events = Int(try reader.integer())
            let firstSeen = Timestamp(microseconds: try reader.integer())
            let lastSeen = Timestamp(microseconds: try reader.integer())
            let saved = try reader.text()
            let habit: Habit = tenant == nil
                ? .hours(try HourModel(snapshot: saved)) : .values(try EntityValues(snapshot: saved))
            entities.restore(Entity(habit: habit, events: events, firstSeen: firstSeen, lastSeen: lastSeen), of: key)
        }
    }
}
