// Hot path.

/// One group of one rule: its live episodes, and the events of those that have not reached the condition; of all of them, if
/// other correlations build on the rule.
struct GroupState: Sendable, Equatable {
    /// In time order, each further than a timespan from the next. Nearly always one.
    var episodes: [Episode]
    private(set) var window: WindowState
    /// None or one: only rules that others build on have it.
    private(set) var chains: [ChainState]
    /// None or one, in place of the window's events: only rules that wait before they judge have it.
    var pending: [PendingWindow]
    /// The watermark beyond which the group is looked at next (`WakeQueue`); `.max`: it need not be.
    var wakeTime = Int64.max

    init() {
        episodes = []
        window = WindowState()
        chains = []
        pending = []
    }

    init(episodes: [Episode], window: WindowState, chains: [ChainState], pending: [PendingWindow]) {
        self.episodes = episodes
        self.window = window
        self.chains = chains
        self.pending = pending
    }

    /// An event on its way into a group.
    struct Arrival {
        var event: RetainedEvent
        /// False for the second and further values of one event.
        var countsEvent = true
        /// When its episode is over, as far as it knows.
        var deadline: Int64
        var isLate = false
    }

    /// Adds an event: it begins an episode, extends one, or joins two. Returns the place of its episode.
    ///
    /// - Parameters:
    ///   - text: the group's values.
    ///   - supports: what came with the event, if it is a match of an inner correlation.
    ///   - output: takes what other correlations that build on the rule have to be told.
    mutating func insert(
        _ arrival: Arrival, text: Span<UInt8>, supports: Span<EvidenceMark>, watermark: Int64, _ rule: WindowParameters,
        _ output: inout ChainOutput
    ) -> Int {
        let event = arrival.event
        let count = episodes.count
        let place = place(arrival, rule)
        for index in supports.indices { episodes[place].evidence.add(supports[index]) }
        if rule.isConsumed {
            insertConsumed(
                event, place, isJoined: episodes.count < count, text: text, supports: supports, watermark: watermark, rule,
                &output)
        } else if episodes[place].isSatisfied {
            // The condition holds for good; an episode joined to it brings its events along.
            takeRetained(place, rule)
            note(event, place, rule)
        } else if rule.isImmediate {
            satisfy(place, text: text)
            note(event, place, rule)
        } else {
            var ends = WindowEnds()
            if window.insert(event, rule, &ends) {
                satisfy(place, text: text)
                takeRetained(place, rule)
            } else if window.needsCompaction {
                compact(watermark: watermark, rule)
            }
        }
        return place
    }

    /// The events stay in the window when the condition has been reached: each for which it is has to be handed on.
    private mutating func insertConsumed(
        _ event: RetainedEvent, _ place: Int, isJoined: Bool, text: Span<UInt8>, supports: Span<EvidenceMark>,
        watermark: Int64, _ rule: WindowParameters, _ output: inout ChainOutput
    ) {
        if chains.isEmpty { chains = [ChainState()] }
        let (first, last) = (episodes[place].first, episodes[place].last)
        if !supports.isEmpty {
            chains[0].add(supports, anchor: event.time, episodeThrough: last, watermark: watermark, rule, &output)
        }
        if isJoined { chains[0].join(at: event.time, episode: first...last, rule, &output) }
        chains[0].handOn(event, rule, &output)
        var ends = WindowEnds()
        let wasSatisfied = episodes[place].isSatisfied
        let isReached = window.insert(event, rule, &ends)
        if isReached, !wasSatisfied { satisfy(place, text: text) }
        if !rule.isSilent, wasSatisfied || isReached {
            if wasSatisfied, !isJoined {
                note(event, place, rule)
            } else {
                for retained in window.events(from: first, through: last) { note(retained, place, rule) }
            }
        }
        if !ends.isEmpty { chains[0].fire(window.events, at: ends, episodeFrom: first, rule, &output) }
        if window.needsCompaction {
            compact(watermark: watermark, rule)
            chains[0].forget(firedBefore: window.events.first?.time ?? .max)
        }
    }

    private mutating func compact(watermark: Int64, _ rule: WindowParameters) {
        for dropped in window.compact(watermark: watermark, rule) { keepAsEvidence(dropped, rule) }
    }

    /// Takes in more evidence for the match of an inner correlation at `anchor`. Returns the place of its episode; nil if that is
    /// over.
    mutating func support(
        _ marks: Span<EvidenceMark>, anchor: Int64, watermark: Int64, _ rule: WindowParameters, _ output: inout ChainOutput
    ) -> Int? {
        guard let place = episodes.firstIndex(where: { $0.first <= anchor && anchor <= $0.last }) else { return nil }
        for index in marks.indices { episodes[place].evidence.add(marks[index]) }
        if !chains.isEmpty {
            let last = episodes[place].last
            chains[0].add(marks, anchor: anchor, episodeThrough: last, watermark: watermark, rule, &output)
        }
        return place
    }

    /// Adds an event to an episode's evidence, if it is any.
    mutating func note(_ event: RetainedEvent, _ place: Int, _ rule: WindowParameters) {
        // No finding will ask for it.
        if rule.isSilent { return }
        if rule.isEvidence(event.mark) { episodes[place].evidence.add(event) }
    }

    private mutating func satisfy(_ place: Int, text: Span<UInt8>) {
        episodes[place].isSatisfied = true
        episodes[place].text = text.withUnsafeBufferPointer { Array($0) }
    }

    /// Finds or makes the episode of an event, and counts the event in.
    mutating func place(_ arrival: Arrival, _ rule: WindowParameters) -> Int {
        let (time, deadline) = (arrival.event.time, arrival.deadline)
        let (isLate, countsEvent) = (arrival.isLate, arrival.countsEvent)
        let before = placeBefore(time)
        let after = before + 1
        let touchesBefore = before >= 0 && Self.distance(episodes[before].last, time) <= rule.timespan
        let touchesAfter = after < episodes.count && Self.distance(time, episodes[after].first) <= rule.timespan
        if touchesBefore {
            episodes[before].extend(time, deadline: deadline, isLate: isLate, countsEvent: countsEvent)
            if touchesAfter { episodes[before].absorb(episodes.remove(at: after)) }
            return before
        }
        if touchesAfter {
            episodes[after].extend(time, deadline: deadline, isLate: isLate, countsEvent: countsEvent)
            return after
        }
        episodes.insert(Episode(time: time, deadline: deadline, isLate: isLate), at: after)
        return after
    }

    /// The place of the last episode that begins at or before `time`; -1 if there is none.
    private func placeBefore(_ time: Int64) -> Int {
        var before = episodes.count - 1
        while before >= 0, episodes[before].first > time { before -= 1 }
        return before
    }

    /// The place of the episode whose finding would go, if an event at `time` came: it joins two that were both raised, and the
    /// earlier one's finding stays.
    func episodeLost(at time: Int64, _ rule: WindowParameters) -> Int? {
        let before = placeBefore(time)
        guard before >= 0, before + 1 < episodes.count, episodes[before].finding != nil, episodes[before + 1].finding != nil,
            Self.distance(episodes[before].last, time) <= rule.timespan,
            Self.distance(time, episodes[before + 1].first) <= rule.timespan
        else { return nil }
        return before + 1
    }

    /// Microseconds from `earlier` to `later`; hostile times may be further apart than an integer can say.
    private static func distance(_ earlier: Int64, _ later: Int64) -> Int64 {
        let (difference, overflow) = later.subtractingReportingOverflow(earlier)
        return overflow ? .max : difference
    }

    mutating func takeRetained(_ place: Int, _ rule: WindowParameters) {
        let (first, last) = (episodes[place].first, episodes[place].last)
        if !pending.isEmpty {
            for event in pending[0].take(from: first, through: last, rule) { note(event, place, rule) }
        }
        if window.events.isEmpty { return }
        let events = window.take(from: first, through: last, rule)
        for event in events { note(event, place, rule) }
    }

    mutating func keepAsEvidence(_ event: RetainedEvent, _ rule: WindowParameters) {
        if rule.isSilent { return }
        for place in episodes.indices where episodes[place].first <= event.time && event.time <= episodes[place].last {
            // All of one that has reached its condition are evidence already.
            if !episodes[place].isSatisfied { note(event, place, rule) }
            return
        }
    }

    /// Whether no episode is over, waits, or could be joined to another: nearly always so.
    func isQuiet(watermark: Int64, _ rule: WindowParameters) -> Bool {
        if episodes.count != 1 { return episodes.isEmpty }
        if episodes[0].deadline < watermark { return false }
        return !episodes[0].isWaiting || rule.isSilent
    }

    /// The watermark beyond which an episode that reached its condition can be raised: as long as another of the group is raised
    /// already, and an event that may still come in time could show that both are one. Where findings are suppressed, also as
    /// long as an earlier one of the group may turn up, which it would have to give way to.
    func release(of place: Int, _ rule: WindowParameters) -> Int64 {
        var release = Int64.min
        for other in episodes.indices where other != place {
            if episodes[other].finding != nil || episodes[other].suppression != nil {
                release = max(release, episodes[min(other, place)].last &+ rule.timespan)
            } else if rule.suppressesFor != nil, other < place {
                release = max(release, episodes[other].deadline)
            }
        }
        if rule.suppressesFor != nil { release = max(release, episodes[place].first &- rule.timespan) }
        return release
    }

    mutating func raise(_ place: Int, uid: GroupKey) {
        episodes[place].finding = OpenFinding(uid: uid)
    }

    /// Marks a raised finding as changed; true if it was not so marked yet.
    mutating func markDirty(_ place: Int) -> Bool {
        guard let finding = episodes[place].finding else { return false }
        if finding.isDirty { return false }
        episodes[place].finding?.isDirty = true
        return true
    }

    mutating func markTold(_ place: Int) {
        episodes[place].finding?.isDirty = false
        episodes[place].finding?.isNew = false
    }

    /// Takes out an episode that is over.
    mutating func remove(_ place: Int, _ rule: WindowParameters) {
        if !episodes[place].isSatisfied || rule.isConsumed { takeRetained(place, rule) }
        if !chains.isEmpty { chains[0].forget(from: episodes[place].first, through: episodes[place].last) }
        episodes.remove(at: place)
    }

    /// The watermark beyond which a group without episodes can go.
    var lastUse: Int64 { pending.first?.lastUse ?? .min }

    /// When something is due next: the end of the last episode, or the release of one that waits: when the raised one ends, or
    /// when it is over itself.
    func deadline(_ rule: WindowParameters) -> Int64 {
        var latest = Int64.min
        var earliestRaised = Int64.max
        var earliestWaiting = Int64.max
        for episode in episodes {
            latest = max(latest, episode.deadline)
            if episode.finding != nil { earliestRaised = min(earliestRaised, episode.deadline) }
            if !rule.isSilent, episode.isWaiting {
                earliestWaiting = min(earliestWaiting, episode.deadline)
            }
        }
        if episodes.isEmpty { return lastUse }
        return earliestWaiting < .max ? min(earliestRaised, earliestWaiting, latest) : latest
    }
}
