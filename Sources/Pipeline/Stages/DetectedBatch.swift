import Detection
import EventModel

/// What a lane hands to the store: normalised events, and which rules of a set they match.
struct DetectedBatch: Sendable {
    var batch: EventBatch
    var matches: RuleMatches
}

/// What was found in one batch, and with which rules.
struct RuleMatches: Sendable {
    var ruleSet: RuleSet
    var matches: [RuleMatch]
}

/// What the correlator reads, in sequence.
enum CorrelationInput: Sendable {
    /// A batch after its commit, and which rules its events match.
    case stored(StoredBatch, RuleMatches)
    /// Some time has passed: look whether there is something to commit, or to conclude from silence.
    case tick

    var footprint: Int {
        switch self {
        case .stored(let stored, _): stored.batch.footprint
        case .tick: 0
        }
    }
}
