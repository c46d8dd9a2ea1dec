import EventModel
import Sigma

/// An event that is unusual: it counts for the rule, as a match of a plain rule would.
struct UnusualEvent: Sendable {
    var match: MatchedEvent
    /// The values of its group (`GroupText`).
    var text: [UInt8]
    var anomaly: Anomaly

    init(match: MatchedEvent, text: [UInt8], anomaly: Anomaly) {
        self.match = match
        self.text = text
        self.anomaly = anomaly
    }

    /// One that stands for its bucket, and begins where that does.
    init(match: MatchedEvent, text: [UInt8], bucket anomaly: Anomaly) {
        self.init(match: match, text: text, anomaly: anomaly)
        self.match.time = anomaly.start
    }
}

/// What is kept of a behavioural rule's entities, and judges their events.
protocol BehaviourState: Sendable {
    /// Takes an event whose time has come: no event of an earlier bucket is expected any more.
    mutating func take(_ event: HeldEvent, _ unusual: inout [UnusualEvent])
    /// These come next: what is kept of their entities may be fetched from memory at once. Changes nothing that is told.
    mutating func touch(_ events: ArraySlice<HeldEvent>)
    /// No event of a bucket before `bucket` is expected any more.
    mutating func close(before bucket: Int64, _ unusual: inout [UnusualEvent])
    /// Whether it has to be told when buckets end, although nothing comes.
    var closesBuckets: Bool { get }
    /// The parts of the state that changed since the last call; saved over the former ones, they are the whole state.
    mutating func takeDirtyPages() -> [StatePage]
    /// The same for another condition.
    func going(on rule: FindingRule, _ behaviour: BehaviourRule) -> any BehaviourState
}

/// Most judge each event by itself.
extension BehaviourState {
    mutating func touch(_ events: ArraySlice<HeldEvent>) {}
    var closesBuckets: Bool { false }
    mutating func close(before bucket: Int64, _ unusual: inout [UnusualEvent]) {}
}

/// Which state a type of correlation has.
enum BehaviourStates {
    static func empty(_ rule: FindingRule, _ behaviour: BehaviourRule) -> any BehaviourState {
        switch (behaviour.kind, behaviour.parameters.model) {
        case (.spike, .metric), (.drop, .metric): MetricBehaviour(rule, behaviour)
        case (.firstSeen, _): FirstSeenBehaviour(rule, behaviour)
        case (.rare, _), (.unusualTime, _): RarityBehaviour(rule, behaviour)
        case (.travel, _): TravelBehaviour(rule, behaviour)
        case (.peerOutlier, _): PeerBehaviour(rule, behaviour)
        case (.risk, _): RiskBehaviour(rule, behaviour)
        default: CountBehaviour(rule, behaviour)
        }
    }

    /// Restored from all of its pages; nil if they are damaged, or of another state: what is usual is then learned anew, and
    /// until then nothing is said.
    static func restored(_ rule: FindingRule, _ behaviour: BehaviourRule, pages: [StatePage]) -> (any BehaviourState)? {
        do throws(SnapshotError) {
            switch (behaviour.kind, behaviour.parameters.model) {
            case (.spike, .metric), (.drop, .metric): return try MetricBehaviour(rule, behaviour, pages: pages)
            case (.firstSeen, _): return try FirstSeenBehaviour(rule, behaviour, pages: pages)
            case (.rare, _), (.unusualTime, _): return try RarityBehaviour(rule, behaviour, pages: pages)
            case (.travel, _): return try TravelBehaviour(rule, behaviour, pages: pages)
            case (.peerOutlier, _): return try PeerBehaviour(rule, behaviour, pages: pages)
            case (.risk, _): return try RiskBehaviour(rule, behaviour, pages: pages)
            default: return try CountBehaviour(rule, behaviour, pages: pages)
            }
        } catch {
            return nil
        }
    }
}

/// A matching event with what is known of it, on its way into a `BehaviourState`.
struct HeldEvent: Sendable {
    var match: MatchedEvent
    var text: [UInt8]
    /// Hash of the values that say whose behaviour it is.
    var entity: UInt64
    /// Hash of the value that says who its peers are, if the event has one.
    var peers: UInt64?
    /// Event time, in whole buckets since 1970.
    var bucket: Int64
}
