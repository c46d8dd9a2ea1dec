/// Sigma's correlation types (correlation specification 2.1.0; `value_median` as pySigma has it), and those that compare with
/// what is usual (`Behaviour`), which are an extension.
public enum CorrelationKind: String, Sendable, CaseIterable {
    case eventCount = "event_count"
    case valueCount = "value_count"
    case temporal
    case temporalOrdered = "temporal_ordered"
    case valueSum = "value_sum"
    case valueAvg = "value_avg"
    case valuePercentile = "value_percentile"
    case valueMedian = "value_median"
    case spike
    case drop
    case firstSeen = "first_seen"
    case rare
    case unusualTime = "unusual_time"
    case travel
    case peerOutlier = "peer_outlier"
    case risk

    /// Whether it asks which of its rules matched, instead of how many events or what values.
    public var isTemporal: Bool {
        switch self {
        case .temporal, .temporalOrdered: true
        case .eventCount, .valueCount, .valueSum, .valueAvg, .valuePercentile, .valueMedian: false
        case .spike, .drop, .firstSeen, .rare, .unusualTime, .travel, .peerOutlier, .risk: false
        }
    }

    /// Whether it compares with what is usual.
    public var isBehavioural: Bool {
        switch self {
        case .spike, .drop, .firstSeen, .rare, .unusualTime, .travel, .peerOutlier, .risk: true
        case .eventCount, .valueCount, .temporal, .temporalOrdered, .valueSum, .valueAvg, .valuePercentile, .valueMedian: false
        }
    }

    /// Whether it counts events, or what is in them, in buckets of its timespan.
    public var countsInBuckets: Bool { self == .spike || self == .drop || self == .peerOutlier }

    /// Whether an event that does not say who the peers are is of no use to it.
    public var needsPeers: Bool { self == .peerOutlier }

    /// Whether it has buckets or windows that it must say the length of.
    var needsTimespan: Bool { !isBehavioural || countsInBuckets }

    /// Whether its conditions compare a number that is computed from a field's numbers, which may be a fraction or negative.
    public var comparesNumbers: Bool {
        switch self {
        case .valueSum, .valueAvg, .valuePercentile, .valueMedian: true
        case .eventCount, .valueCount, .temporal, .temporalOrdered: false
        case .spike, .drop, .firstSeen, .rare, .unusualTime, .travel, .peerOutlier, .risk: false
        }
    }

    /// Whether its condition names a field.
    var needsField: Bool { self == .valueCount || comparesNumbers }
}
