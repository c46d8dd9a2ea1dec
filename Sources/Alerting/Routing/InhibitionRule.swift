/// Open findings that match one side keep those that match the other from being told, as long as the labels of `equal` are the
/// same in both: Alertmanager's `inhibit_rule`.
public struct InhibitionRule: Sendable, Equatable {
    public var sourceMatchers: [LabelMatcher]
    public var targetMatchers: [LabelMatcher]
    /// Names of labels. One that neither finding has counts as equal.
    public var equal: [String]

    public init(sourceMatchers: [LabelMatcher], targetMatchers: [LabelMatcher], equal: [String] = []) {
        self.sourceMatchers = sourceMatchers
        self.targetMatchers = targetMatchers
        self.equal = equal
    }
}

/// Which findings the open ones inhibit. Those of drills inhibit nothing and are not inhibited: a drill must not keep anything
/// real from being told, and shall show whether it is told itself. Each question and each change takes the time of the rules,
/// however many are open.
struct Inhibitor: Sendable {
    /// Open sources with the same values of `equal`.
    private struct Sources {
        var oneSided = 0
        /// Those that match the target's side as well: they inhibit only what does not match both, and so never themselves.
        var twoSided = 0
    }

    private let rules: [InhibitionRule]
    private var sources: [[[String]: Sources]]

    init(_ rules: [InhibitionRule]) {
        self.rules = rules
        sources = Array(repeating: [:], count: rules.count)
    }

    /// An open finding is there.
    mutating func insert(_ labels: FindingLabels) { change(labels, by: 1) }

    /// It is closed, or gone. What was inserted is removed once, with the same labels.
    mutating func remove(_ labels: FindingLabels) { change(labels, by: -1) }

    private mutating func change(_ labels: FindingLabels, by step: Int) {
        if labels.isDrill { return }
        for (number, rule) in rules.enumerated() where rule.sourceMatchers.match(labels) {
            let values = rule.equal.map { labels[$0] }
            var sources = sources[number][values] ?? Sources()
            if rule.targetMatchers.match(labels) { sources.twoSided += step } else { sources.oneSided += step }
            self.sources[number][values] = sources.oneSided == 0 && sources.twoSided == 0 ? nil : sources
        }
    }

    /// Whether an open finding keeps one with these labels from being told.
    func inhibits(_ labels: FindingLabels) -> Bool {
        if labels.isDrill { return false }
        for (number, rule) in rules.enumerated() where !sources[number].isEmpty && rule.targetMatchers.match(labels) {
            guard let found = sources[number][rule.equal.map { labels[$0] }] else { continue }
            if found.oneSided > 0 || !rule.sourceMatchers.match(labels) { return true }
        }
        return false
    }
}
