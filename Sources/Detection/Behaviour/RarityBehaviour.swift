import EventModel
import Sigma

/// `rare` and `unusual_time`: values, or hours of the week, that an entity is hardly ever seen with.
///
/// An event is judged by what was learned of the buckets before its own, so that the order in a bucket changes nothing.
struct RarityBehaviour: BehaviourState {
    private enum Habit: Sendable {
        case values(EntityValues)
        case hours(HourModel)
    }

    private struct Entity: Sendable {
        var habit: Habit
        /// Those of closed buckets.
        var events = 0
        /// The beginning of the first bucket.
        var firstSeen: Timestamp
        var lastSeen: Timestamp
        /// The open bucket, and how often each value, or cell of the week, was seen in it.
        var bucket: Int64
        var open: [UInt64: Int] = [:]

        /// Learns the open bucket, in one order whatever the order of arrival.
        mutating func close() {
            for (value, times) in open.sorted(by: { $0.key < $1.key }) {
                switch habit {
                case .values(var values):
                    RareModel.note(value, in: &values, times: times)
                    habit = .values(values)
                case .hours(var hours):
                    hours.note(Int(value), times: times)
                    habit = .hours(hours)
                }
                events += times
            }
            open = [:]
        }
    }

    private static let tenantPage = -1
    /// Values of an open bucket that are told apart, of an entity and of all; of further ones no notice is taken.
    private static let maximumOpen = 1_000
    private static let maximumOpenOfAll = 100_000

    let rule: FindingRule
    let behaviour: BehaviourRule
    private let keys: BehaviourKeys
    /// What everybody does; of `rare` alone.
    private var tenant: RareModel?
    private var entities = EntityBook<Entity>()
    /// The open bucket, and how often each value was seen in it by anybody.
    private var bucket = Int64.min
    private var open: [UInt64: Int] = [:]
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
        if event.bucket > bucket { close(before: event.bucket) }
        entities.makeRoom(for: event.entity, within: behaviour.parameters.maximumEntities, by: \.lastSeen)
        var entity = entities.take(event.entity) ?? Entity(
            habit: tenant == nil ? .hours(HourModel()) : .values(EntityValues()),
            firstSeen: Timestamp(microseconds: event.bucket * behaviour.bucket), lastSeen: time, bucket: event.bucket)
        if event.bucket > entity.bucket {
            entity.close()
            entity.bucket = event.bucket
        }
        let bits = bits(event, &entity)
        entity.lastSeen = max(entity.lastSeen, time)
        entities[event.entity] = entity
        let parameters = behaviour.parameters
        let isKnown = entity.events >= parameters.minimumEvents && time - entity.firstSeen >= parameters.warmUpAge
        // Of a bucket that is over: it is learned, and not judged.
        guard event.bucket == entity.bucket, let bits, isKnown, bits >= parameters.minimumBits else { return }
        unusual.append(UnusualEvent(match: event.match, text: event.text, anomaly: anomaly(bits, entity, event)))
    }

    /// How unusual an event is; notes it in the open bucket.
    private mutating func bits(_ event: HeldEvent, _ entity: inout Entity) -> Double? {
        let bits: Double?
        let value: UInt64
        switch entity.habit {
        case .values(var values):
            value = keys.values(of: event.text)
            let hour = UInt32(clamping: entity.bucket * behaviour.bucket / 3_600_000_000)
            bits = tenant?.bits(value, entity: &values, hour: hour)
            entity.habit = .values(values)
            if open[value] != nil || open.count < Self.maximumOpenOfAll { open[value, default: 0] += 1 }
            isTenantChanged = true
        case .hours(var hours):
            let offset = behaviour.parameters.zone.offset(at: event.match.time.microseconds / 1_000_000)
            value = UInt64(HourModel.cell(at: event.match.time, offset: offset))
            bits = hours.bits(at: event.match.time, offset: offset)
            entity.habit = .hours(hours)
        }
        if entity.open[value] != nil || entity.open.count < Self.maximumOpen { entity.open[value, default: 0] += 1 }
        return bits
    }

    /// Learns what everybody did in the open bucket.
    private mutating func close(before next: Int64) {
        for (value, times) in open.sorted(by: { $0.key < $1.key }) { tenant?.note(value, times: times) }
        open = [:]
        bucket = next
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
        (copy.bucket, copy.open) = (bucket, open)
        return copy
    }

    // MARK: Snapshots

    /// A page an entity, and one for all together.
    mutating func takeDirtyPages() -> [StatePage] {
        var pages = entities.takeDirtyPages(Self.write)
        if isTenantChanged, let tenant { pages.append(StatePage(number: Self.tenantPage, bytes: bytes(of: tenant))) }
        isTenantChanged = false
        return pages
    }

    private func bytes(of tenant: RareModel) -> [UInt8] {
        var writer = SnapshotWriter()
        writer.write(bucket)
        Self.write(open, to: &writer)
        writer.write(tenant.snapshot())
        writer.seal()
        return writer.bytes
    }

    private static func write(_ open: [UInt64: Int], to writer: inout SnapshotWriter) {
        writer.write(open.count)
        for (value, times) in open.sorted(by: { $0.key < $1.key }) {
            writer.writeFixed(value)
            writer.write(times)
        }
    }

    private static func readOpen(_ reader: inout SnapshotReader) throws(SnapshotError) -> [UInt64: Int] {
        var open: [UInt64: Int] = [:]
        for _ in 0..<(try reader.count(size: 9)) {
            let value = try reader.fixed()
            open[value] = Int(try reader.bounded(0...Int64(UInt32.max)))
        }
        return open
    }

    private static func write(_ entity: Entity, to writer: inout SnapshotWriter) {
        writer.write(entity.events)
        writer.write(entity.firstSeen.microseconds)
        writer.write(entity.lastSeen.microseconds)
        writer.write(entity.bucket)
        write(entity.open, to: &writer)
        switch entity.habit {
        case .values(let values): writer.write(values.snapshot())
        case .hours(let hours): writer.write(hours.snapshot())
        }
    }

    init(_ rule: FindingRule, _ behaviour: BehaviourRule, pages: [StatePage]) throws(SnapshotError) {
        self.init(rule, behaviour)
        for page in pages {
            guard page.number == Self.tenantPage else {
                try entities.restore(page, entity)
                continue
            }
            var reader = try SnapshotReader(page.bytes)
            bucket = try reader.integer()
            open = try Self.readOpen(&reader)
            if tenant != nil { tenant = try RareModel(snapshot: try reader.text()) }
        }
    }

    private func entity(from reader: inout SnapshotReader) throws(SnapshotError) -> Entity {
        let events = Int(try reader.integer())
        let firstSeen = Timestamp(microseconds: try reader.integer())
        let lastSeen = Timestamp(microseconds: try reader.integer())
        let bucket = try reader.integer()
        let start = reader.offset
        let open = try Self.readOpen(&reader)
        guard tenant != nil || open.keys.allSatisfy({ $0 < HourModel.cells }) else { throw .malformed(offset: start) }
        let saved = try reader.text()
        let habit: Habit = tenant == nil ? .hours(try HourModel(snapshot: saved)) : .values(try EntityValues(snapshot: saved))
        return Entity(habit: habit, events: events, firstSeen: firstSeen, lastSeen: lastSeen, bucket: bucket, open: open)
    }
}
