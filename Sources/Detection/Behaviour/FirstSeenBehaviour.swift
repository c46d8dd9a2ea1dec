import EventModel
import Sigma

/// `first_seen`: values of fields that an entity was not seen with for the length of a window.
struct FirstSeenBehaviour: BehaviourState {
    /// Values that were new lately, whose further events belong to the same finding.
    private static let maximumRecent = 100_000

    let rule: FindingRule
    let behaviour: BehaviourRule
    private var table: FirstSeenTable
    /// The time of the event that was new, by the hash of entity and values.
    private var recent: [UInt64: Int64] = [:]
    private var hasChanged = false

    init(_ rule: FindingRule, _ behaviour: BehaviourRule) {
        self.rule = rule
        self.behaviour = behaviour
        table = FirstSeenTable(
            // Some values each.
            capacity: behaviour.parameters.maximumEntities * 10, window: Self.days(behaviour.parameters.window),
            learning: Self.learning(behaviour))
    }

    private static func days(_ time: Int64) -> UInt16 { UInt16(clamping: (time + Behaviour.day - 1) / Behaviour.day) }

    private static func learning(_ behaviour: BehaviourRule) -> UInt16 {
        behaviour.parameters.coldStart == .fire ? 0 : days(behaviour.parameters.warmUpAge)
    }

    mutating func take(_ event: HeldEvent, _ unusual: inout [UnusualEvent]) {
        guard let day = UInt16(exactly: BehaviourTable.floor(event.match.time.microseconds, Behaviour.day)) else { return }
        let tuple = event.match.group.low
        hasChanged = true
        switch table.see(tuple, entity: event.entity, day: day) {
        case .learning: return
        case .first:
            if recent.count >= Self.maximumRecent { forget(event.match.time.microseconds) }
            recent[tuple] = event.match.time.microseconds
        case .known:
            // The next events of a new value belong to its finding, and so do earlier ones that come late.
            guard let first = recent[tuple] else { return }
            guard abs(event.match.time.microseconds - first) <= rule.timespan else {
                if event.match.time.microseconds > first { recent[tuple] = nil }
                return
            }
        }
        unusual.append(UnusualEvent(match: event.match, text: event.text, anomaly: anomaly(event)))
    }

    private mutating func forget(_ now: Int64) {
        recent = recent.filter { now - $0.value <= rule.timespan }
        if recent.count >= Self.maximumRecent { recent = [:] }
    }

    private func anomaly(_ event: HeldEvent) -> Anomaly {
        let words = AnomalyWords(rule, behaviour)
        let days = behaviour.parameters.window / Behaviour.day
        return Anomaly(
            kind: behaviour.kind.rawValue, subject: words.what(event.text), observed: 1, usual: 0, start: event.match.time,
            end: event.match.time, score: 1, threshold: 1,
            sentence: "\(words.what(event.text))\(words.whose(event.text)) for the first time in \(days) days, at "
                + "\(words.minute(event.match.time)) UTC (\(words.titles))")
    }

    func going(on rule: FindingRule, _ behaviour: BehaviourRule) -> any BehaviourState {
        guard Self.learning(behaviour) == table.learning else { return FirstSeenBehaviour(rule, behaviour) }
        var copy = FirstSeenBehaviour(rule, behaviour)
        (copy.table, copy.recent, copy.hasChanged) = (table, recent, hasChanged)
        return copy
    }

    // MARK: Snapshots

    mutating func takeDirtyPages() -> [StatePage] {
        guard hasChanged else { return [] }
        hasChanged = false
        var writer = SnapshotWriter()
        writer.write(recent.count)
        for (tuple, first) in recent.sorted(by: { $0.key < $1.key }) {
            writer.writeFixed(tuple)
            writer.write(first)
        }
        writer.seal()
        return [StatePage(number: 0, bytes: table.snapshot()), StatePage(number: 1, bytes: writer.bytes)]
    }

    init(_ rule: FindingRule, _ behaviour: BehaviourRule, pages: [StatePage]) throws(SnapshotError) {
        self.init(rule, behaviour)
        guard let saved = pages.first(where: { $0.number == 0 }), let others = pages.first(where: { $0.number == 1 }) else {
            throw .unknownFormat
        }
        table = try FirstSeenTable(
            capacity: table.capacity, window: table.window, learning: table.learning, snapshot: saved.bytes)
        var reader = try SnapshotReader(others.bytes)
        for _ in 0..<(try reader.count(size: 9)) {
            let tuple = try reader.fixed()
            recent[tuple] = try reader.integer()
        }
    }
}
