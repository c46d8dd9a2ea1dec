/// The latest finding of an episode, as the store has it.
public struct EpisodeStanding: Sendable, Equatable {
    public var uid: String
    public var status: FindingStatus
    public var assignee: String?
    public var verdict: Verdict?
    /// When it was closed, if it is.
    public var closedAt: Timestamp?
    /// How many findings the episode has had, this one included.
    public var number: Int
    /// Events of the episode that the findings before it count.
    public var base: Int
    /// When the finding before it was closed.
    public var since: Timestamp?
    public var previous: String?
    /// Its own events.
    public var count: Int

    public init(
        uid: String, status: FindingStatus, assignee: String? = nil, verdict: Verdict? = nil, closedAt: Timestamp? = nil,
        number: Int = 1, base: Int = 0, since: Timestamp? = nil, previous: String? = nil, count: Int
    ) {
        self.uid = uid
        self.status = status
        self.assignee = assignee
        self.verdict = verdict
        self.closedAt = closedAt
        self.number = number
        self.base = base
        self.since = since
        self.previous = previous
        self.count = count
    }
}

/// A finding as it is to be stored: the correlator knows episodes, and people close findings.
public struct TrackedFinding: Sendable, Equatable {
    public var finding: Finding
    /// The uid that the correlator knows it by.
    public var episode: String
    /// Where it stood when this was worked out; nil if there was nothing. When it is stored, it must stand there still.
    public var standing: EpisodeStanding?
    /// The standing is of a finding that was closed, which this one follows.
    public var isNext: Bool

    /// The first finding of its episode, or a new state of it, wherever it stands.
    public init(_ finding: Finding) {
        self.finding = finding
        episode = finding.uid
        isNext = false
    }

    /// What becomes of an episode whose latest finding stands so.
    ///
    /// An open finding is extended. One that was closed takes late events in, those that happened before it was closed, and stays
    /// closed; an event that happened after begins the episode's next finding, which counts from there.
    public init(episode: Finding, standing: EpisodeStanding?) {
        self.episode = episode.uid
        self.standing = standing
        guard let standing else {
            finding = episode
            isNext = false
            return
        }
        let isOver = standing.status == .closed && episode.lastSeen > standing.closedAt ?? .distantFuture
        isNext = isOver && episode.count > standing.base + standing.count
        var finding = episode
        let base = isNext ? standing.base + standing.count : standing.base
        let since = isNext ? standing.closedAt : standing.since
        finding.uid = isNext ? Self.uid(episode.uid, standing.number + 1) : standing.uid
        if let since {
            finding.count = max(1, episode.count - base)
            finding.evidence = episode.evidence.filter { $0.time > since }
            finding.firstSeen = finding.evidence.first?.time ?? episode.lastSeen
        }
        self.finding = finding
    }

    /// It is not in the store yet.
    public var isNew: Bool { standing == nil || isNext }
    public var status: FindingStatus { isNext ? .new : standing?.status ?? .new }
    /// Which finding of its episode it is.
    public var number: Int { (standing?.number ?? 0) + (isNext || standing == nil ? 1 : 0) }
    /// Events of the episode that the findings before it count.
    public var base: Int { isNext ? (standing?.base ?? 0) + (standing?.count ?? 0) : standing?.base ?? 0 }
    /// When the finding before it was closed.
    public var since: Timestamp? { isNext ? standing?.closedAt : standing?.since }
    /// The closed finding that it follows.
    public var previous: String? { isNext ? standing?.uid : standing?.previous }

    private static func uid(_ episode: String, _ number: Int) -> String { "\(episode)-\(number)" }
}

extension Finding {
    /// How much it matters, 0 to 100 (OCSF `risk_score`): its level, and a little for how often it happened.
    public var risk: Int {
        let base =
            switch rule.level {
            case .informational: 5
            case .low: 20
            case .medium: 45
            case .high: 70
            case .critical: 90
            }
        // A doubling of events is one point, up to ten.
        return base + min(10, max(0, Int.bitWidth - 1 - max(1, count).leadingZeroBitCount))
    }
}
