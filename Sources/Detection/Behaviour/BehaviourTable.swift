import EventModel
import Sigma

/// Stands before the window table of a behavioural rule, and lets through what is unusual.
///
/// **Order.** What is usual in a bucket is what the buckets before it say. So an event is held until the watermark has reached
/// the beginning of its bucket: for the lateness at most, in the first minutes of a bucket, and not at all later on. Which
/// buckets fire is then a function of the events, whatever their order within the lateness. Which of a bucket's events is the one
/// that fires is not, so that what is raised begins at the bucket's beginning.
///
/// **Late events** of buckets that are over raise what is remembered as the most; they are not judged.
struct BehaviourTable: Sendable {
    /// Held events beyond these are judged at once, out of order.
    static let maximumHeld = 200_000
    /// Held events whose entities are fetched at once.
    private static let touched = 64
    /// Explanations that are kept for findings to come.
    private static let maximumNotes = 10_000

    let rule: FindingRule
    let behaviour: BehaviourRule
    let keys: BehaviourKeys
    private var state: any BehaviourState
    /// By bucket.
    private var held: [Int64: [HeldEvent]] = [:]
    private var heldCount = 0
    /// Why the latest episode of a group was raised, by the hash of its values.
    private var notes: [GroupKey: Anomaly] = [:]
    private var budget: AlertBudget?
    /// Nothing of this state was saved yet.
    private var isUnsaved: Bool
    /// Buckets before it are closed.
    private var closedBefore = Int64.min

    /// One that knows nothing.
    init(rule: FindingRule, behaviour: BehaviourRule) {
        self.init(rule: rule, behaviour: behaviour, state: BehaviourStates.empty(rule, behaviour), isUnsaved: true)
    }

    /// One that goes on with a state that was saved.
    init(rule: FindingRule, behaviour: BehaviourRule, state: any BehaviourState, isUnsaved: Bool = false) {
        self.rule = rule
        self.behaviour = behaviour
        keys = BehaviourKeys(behaviour)
        self.state = state
        self.isUnsaved = isUnsaved
        budget = behaviour.parameters.alertBudget.map(AlertBudget.init)
    }

    /// The watermark at which something is due.
    var nextDue: Int64 {
        let heldDue = held.keys.min().map { $0 * behaviour.bucket } ?? .max
        guard state.closesBuckets, closedBefore > .min else { return heldDue }
        return min(heldDue, (closedBefore + 1) * behaviour.bucket)
    }

    /// What comes of a matching event now.
    mutating func take(_ match: MatchedEvent, text: Span<UInt8>, watermark: Int64) -> [UnusualEvent] {
        let bytes = text.withUnsafeBytes { Array($0) }
        let event = HeldEvent(
            match: match, text: bytes, entity: keys.entity(of: bytes), peers: keys.peers(of: bytes),
            bucket: Self.floor(match.time.microseconds, behaviour.bucket))
        if event.bucket * behaviour.bucket > watermark, heldCount < Self.maximumHeld {
            held[event.bucket, default: []].append(event)
            heldCount += 1
            return []
        }
        var unusual: [UnusualEvent] = []
        state.take(event, &unusual)
        return passed(unusual)
    }

    /// The watermark has moved.
    mutating func advance(watermark: Int64) -> [UnusualEvent] {
        var unusual: [UnusualEvent] = []
        for bucket in held.keys.sorted() where bucket * behaviour.bucket <= watermark {
            close(before: bucket, &unusual)
            let events = held.removeValue(forKey: bucket) ?? []
            heldCount -= events.count
            // In one order, whatever the order of arrival.
            let sorted = events.sorted { ($0.match.time, $0.match.sequence) < ($1.match.time, $1.match.sequence) }
            for start in stride(from: 0, to: sorted.count, by: Self.touched) {
                let part = sorted[start..<min(start + Self.touched, sorted.count)]
                state.touch(part)
                for event in part { state.take(event, &unusual) }
            }
        }
        // A clock that nobody believes yet closes nothing.
        if watermark > Int64.min / 4, watermark < Int64.max / 4 {
            close(before: Self.floor(watermark, behaviour.bucket), &unusual)
        }
        return passed(unusual)
    }

    private mutating func close(before bucket: Int64, _ unusual: inout [UnusualEvent]) {
        guard bucket > closedBefore else { return }
        closedBefore = bucket
        if state.closesBuckets { state.close(before: bucket, &unusual) }
    }

    /// What the budget lets through, with its explanation kept.
    private mutating func passed(_ unusual: [UnusualEvent]) -> [UnusualEvent] {
        unusual.filter { event in
            let isWithin = budget?.admits(event.anomaly.score, at: event.match.time, group: event.match.group) ?? true
            guard isWithin else { return false }
            note(event)
            return true
        }
    }

    // MARK: Explanations

    private mutating func note(_ event: UnusualEvent) {
        let key = event.text.withUnsafeBytes { StableHash.hash($0) }
        // The first event of a bucket says less than the last one, and what was worst says most.
        if let former = notes[key], former.start == event.anomaly.start, former.score > event.anomaly.score { return }
        if notes.count >= Self.maximumNotes, notes[key] == nil { forgetNotes() }
        notes[key] = event.anomaly
    }

    private mutating func forgetNotes() {
        let oldest = notes.sorted { ($0.value.end, $0.key.low) < ($1.value.end, $1.key.low) }.prefix(Self.maximumNotes / 8)
        for (key, _) in oldest { notes[key] = nil }
    }

    /// Says of a finding of the rule why it is unusual.
    func explain(_ finding: inout Finding) {
        var text: [UInt8] = []
        for value in finding.group {
            var bytes = value.value
            let mark = value.field == Finding.drillField ? GroupText.drillField : nil
            guard let field = rule.groupFields.firstIndex(of: value.field) ?? mark else { return }
            bytes.withUTF8 { GroupText.append(UnsafeRawBufferPointer($0), field: field, to: &text) }
        }
        guard let anomaly = notes[text.withUnsafeBytes { StableHash.hash($0) }] else { return }
        finding.anomaly = anomaly
        finding.reason = anomaly.sentence
        // Its score is among how many a value is new.
        if behaviour.parameters.scopes.count > 1 {
            finding.rule.level = rule.summary.level.raised(by: Int(anomaly.score) - 1)
        }
    }

    /// Rounded down, before 1970 as well.
    static func floor(_ time: Int64, _ bucket: Int64) -> Int64 {
        let quotient = time / bucket
        return time % bucket < 0 ? quotient - 1 : quotient
    }

    // MARK: Snapshots

    var pageTable: String { rule.pageTable ?? "" }

    /// What has changed of the state since the last call.
    mutating func takeChange() -> StateChange {
        defer { isUnsaved = false }
        return StateChange(pages: state.takeDirtyPages(), isWhole: isUnsaved)
    }

    /// What is neither in the pages of the state nor in the window table.
    func write(to writer: inout SnapshotWriter) {
        writer.write(closedBefore)
        writer.write(held.count)
        for (bucket, events) in held.sorted(by: { $0.key < $1.key }) {
            writer.write(bucket)
            writer.write(events.count)
            for event in events { event.write(to: &writer) }
        }
        writer.write(notes.count)
        for (key, anomaly) in notes.sorted(by: { ($0.key.low, $0.key.high) < ($1.key.low, $1.key.high) }) {
            writer.write(key)
            anomaly.write(to: &writer)
        }
        writer.write(budget == nil ? 0 : 1)
        budget?.write(to: &writer)
    }

    mutating func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        closedBefore = try reader.integer()
        for _ in 0..<(try reader.count()) {
            let bucket = try reader.integer()
            var events: [HeldEvent] = []
            for _ in 0..<(try reader.count(size: 16)) { events.append(try HeldEvent(from: &reader, bucket: bucket, in: self)) }
            held[bucket] = events
            heldCount += events.count
        }
        for _ in 0..<(try reader.count(size: 24)) {
            let key = try reader.key()
            notes[key] = try Anomaly(from: &reader)
        }
        if try reader.integer() == 1 {
            let saved = try AlertBudget(from: &reader)
            if budget != nil { budget = saved.with(limit: behaviour.parameters.alertBudget ?? saved.limit) }
        }
    }

    /// The same state, under another condition or in other words.
    func going(on rule: FindingRule, _ behaviour: BehaviourRule) -> BehaviourTable {
        var copy = BehaviourTable(rule: rule, behaviour: behaviour, state: state.going(on: rule, behaviour), isUnsaved: isUnsaved)
        (copy.held, copy.heldCount, copy.notes, copy.closedBefore) = (held, heldCount, notes, closedBefore)
        if let limit = behaviour.parameters.alertBudget { copy.budget = budget?.with(limit: limit) ?? AlertBudget(limit) }
        return copy
    }
}
