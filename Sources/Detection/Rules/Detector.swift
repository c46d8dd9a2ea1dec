public import EventModel
public import Matching

// Hot path.

/// Runs one rule set over batches of events. Stateless but for working memory: a lane has its own, and no two events influence
/// each other.
public struct Detector {
    public let ruleSet: RuleSet
    private let scratch: MatchScratch
    private var matches: ContiguousArray<EventMatcher.Match> = []

    /// - Parameter scratch: the lane's working memory, which outlives a reload of the rules.
    public init(ruleSet: RuleSet, scratch: MatchScratch = MatchScratch()) {
        self.ruleSet = ruleSet
        self.scratch = scratch
    }

    /// Every pair of an event and a rule that it satisfies, in order of rows, then of rules.
    public mutating func detect(_ batch: EventBatch) -> [RuleMatch] {
        matches.removeAll(keepingCapacity: true)
        ruleSet.matcher.match(batch, scratch: scratch, into: &matches)
        if matches.isEmpty { return [] }
        return matches.map { RuleMatch(row: $0.row, rule: $0.entry) }
    }
}
