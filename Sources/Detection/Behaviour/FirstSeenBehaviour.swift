import EventModel
import Sigma

/// `first_seen`: values of fields that an entity, its peers or anybody was not seen with for the length of a window.
struct FirstSeenBehaviour: BehaviourState {
    /// Values that were new lately, whose further events belong to the same finding.
    private static let maximumRecent = 100_000
    /// In place of an entity: all of them.
    private static let everybody: UInt64 = 0x7065_7269_6d65_7465

    let rule: FindingRule
    let behaviour: BehaviourRule
    private let keys: BehaviourKeys
    private var table: FirstSeenTable
    /// The time of the event that was new, by the hash of values and whose they are.
    private var recent: [UInt64: Int64] = [:]
    private var hasChanged = false

    init(_ rule: FindingRule, _ behaviour: BehaviourRule) {
        self.rule = rule
        self.behaviour = behaviour
        keys = BehaviourKeys(behaviour)
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
        let time = event.match.time.microseconds
        guard let day = UInt16(exactly: BehaviourTable.floor(time, Behaviour.day)) else { return }
        hasChanged = true
        var new: [Behaviour.Scope] = []
        var isNewSoFar = true
        for scope in behaviour.parameters.scopes {
            guard let circle = circle(scope, event) else { continue }
            // Seen by all, told by the narrowest in which it is new.
            let isNew = isNew(circle, at: time, day: day)
            isNewSoFar = isNewSoFar && isNew
            if isNewSoFar { new.append(scope) }
        }
        guard !new.isEmpty, new.first == behaviour.parameters.scopes.first else { return }
        unusual.append(UnusualEvent(match: event.match, text: event.text, anomaly: anomaly(event, new)))
    }

    /// Values, and who has them.
    private struct Circle {
        var values: UInt64
        var whose: UInt64
    }

    /// Nil if the event does not say.
    private func circle(_ scope: Behaviour.Scope, _ event: HeldEvent) -> Circle? {
        switch scope {
        case .entity: return Circle(values: keys.entityValues(of: event.text), whose: event.entity)
        case .peers:
            return event.peers.map { Circle(values: keys.peersValues(of: event.text), whose: $0) }
        case .tenant: return Circle(values: keys.values(of: event.text), whose: Self.everybody)
        }
    }

    private mutating func isNew(_ circle: Circle, at time: Int64, day: UInt16) -> Bool {
        switch table.see(circle.values, entity: circle.whose, day: day) {
        case .learning: return false
        case .first:
            if recent.count >= Self.maximumRecent { forget(time) }
            recent[circle.values] = time
            return true
        case .known:
            // The next events of a new value belong to its finding, and so do earlier ones that come late.
            guard let first = recent[circle.values] else { return false }
            if abs(time - first) <= rule.timespan { return true }
            if time > first { recent[circle.values] = nil }
            return false
        }
    }

    private mutating func forget(_ now: Int64) {
        recent = recent.filter { now - $0.value <= rule.timespan }
        if recent.count >= Self.maximumRecent { recent = [:] }
    }

    /// - Parameter scopes: in which the value is new.
    private func anomaly(_ event: HeldEvent, _ scopes: [Behaviour.Scope]) -> Anomaly {
        let words = AnomalyWords(rule, behaviour)
        let days = behaviour.parameters.window / Behaviour.day
        let whose = scopes.first == .entity ? "" : ", here\(words.whose(event.text))"
        let others = scopes.dropFirst().map { ", and\(words.among($0, event.text)) as well" }.joined()
        return Anomaly(
            kind: behaviour.kind.rawValue, subject: words.what(event.text), observed: 1, usual: 0, start: event.match.time,
            end: event.match.time, score: Double(scopes.count), threshold: 1,
            sentence: "\(words.what(event.text))\(words.among(scopes[0], event.text)) for the first time in \(days) days\(whose)"
                + "\(others), at \(words.minute(event.match.time)) UTC (\(words.titles))")
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
