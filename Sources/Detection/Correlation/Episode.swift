/// A finding that was raised and is still open.
struct OpenFinding: Sendable, Equatable {
    var uid: GroupKey
    /// Events of findings that were not raised because of this one.
    var suppressed = 0
    /// Whether the finding changed since it was last told.
    var isDirty = true
    /// Whether it was never told yet.
    var isNew = true
}

/// Where an episode is counted that reached its condition and is not raised, because another finding keeps it back.
struct SuppressedFinding: Sendable, Equatable {
    /// The id of the finding that keeps it back.
    var uid: GroupKey
    /// Events counted there so far.
    var counted: Int
}

/// A maximal run of one group's events in which no gap is longer than the timespan: what becomes one finding, if anywhere in it
/// the condition holds.
struct Episode: Sendable, Equatable {
    var first: Int64
    var last: Int64
    /// The episode is over once the watermark is beyond.
    var deadline: Int64
    var count: Int
    /// Whether some of its events came later than the lateness allows.
    var hasLate: Bool
    /// Somewhere in it the rule's condition holds. Its events are then in `evidence`, else the retained ones are not. (What came
    /// with matches of inner correlations always is.)
    var isSatisfied = false
    var finding: OpenFinding?
    var suppression: SuppressedFinding?
    var evidence = EvidenceTrail()
    /// The group's values (`GroupText`), once the condition holds.
    var text: [UInt8] = []

    /// Whether it has reached its condition, and is neither raised nor kept back as yet.
    var isWaiting: Bool { isSatisfied && finding == nil && suppression == nil }

    /// Whether it is a finding that was never told.
    var isUntold: Bool { finding?.isNew == true }

    init(time: Int64, deadline: Int64, isLate: Bool) {
        first = time
        last = time
        self.deadline = deadline
        hasLate = isLate
        count = 1
    }

    mutating func extend(_ time: Int64, deadline: Int64, isLate: Bool, countsEvent: Bool) {
        first = min(first, time)
        last = max(last, time)
        self.deadline = max(self.deadline, deadline)
        hasLate = hasLate || isLate
        if countsEvent { count += 1 }
    }

    /// Joins the episode that follows, when an event between them has turned out to connect them.
    ///
    /// Two raised findings can only meet if an event came later than the lateness allows; the earlier raised stays open then.
    mutating func absorb(_ next: Episode) {
        last = max(last, next.last)
        deadline = max(deadline, next.deadline)
        count += next.count
        hasLate = hasLate || next.hasLate
        isSatisfied = isSatisfied || next.isSatisfied
        // What is raised or kept back stays so. Only an event that came too late can make it both.
        if finding == nil, suppression == nil { finding = next.finding }
        if finding == nil, suppression == nil { suppression = next.suppression }
        if text.isEmpty { text = next.text }
        evidence.merge(next.evidence)
    }
}
