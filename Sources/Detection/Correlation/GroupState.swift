// Hot path.

/// One group of one rule: its live episodes, and the events of those that have not reached the condition; of all of them, if
/// other correlations build on the rule.
struct GroupState: Sendable, Equatable {
    /// In time order, each further than a timespan from the next. Nearly always one.
    private(set) var episodes: [Episode]
    private(set) var window: WindowState
    /// None or one: only rules that others build on have it.
    private(set) var chains: [ChainState]

    init() {
        episodes = []
        window = WindowState()
        chains = []
    }

    init(episodes: [Episode], window: WindowState, chains: [ChainState]) {
        self.episodes = episodes
        self.window = window
        self.chains = chains
    }

    /// An event on its way into a group.
    struct Arrival {
        var event: RetainedEvent
        /// False for the second and further values of one event.
        var countsEvent = true
        /// When its episode is over, as far as it knows.
        var deadline: Int64
        var isLate = false
        /// The group's values.
        var text: ArraySlice<UInt8> = []
        /// What came with it, if it is a match of an inner correlation.
        var supports: ArraySlice<EvidenceMark> = []
    }

    /// Adds an event: it begins an episode, extends one, or joins two. Returns the place of its episode.
    ///
    /// - Parameter output: takes what other correlations that build on the rule have to be told.
    mutating func insert(
        _ arrival: Arrival, watermark: Int64, _ rule: WindowParameters, _ output: inout ChainOutput
    ) -> Int {
        let event = arrival.event
        let count = episodes.count
        let place = place(arrival, rule)
        for mark in arrival.supports { episodes[place].evidence.add(mark) }
        if rule.isConsumed {
            insertConsumed(arrival, place, isJoined: episodes.count < count, watermark: watermark, rule, &output)
        } else if episodes[place].isSatisfied {
            // The condition holds for good; an episode joined to it brings its events along.
            takeRetained(place, rule)
            note(event, place, rule)
        } else if rule.threshold <= 1 {
            satisfy(place, text: arrival.text)
            note(event, place, rule)
        } else {
            var ends: [Int] = []
            if window.insert(event, rule, &ends) {
                satisfy(place, text: arrival.text)
                takeRetained(place, rule)
            } else if window.needsCompaction {
                for dropped in window.compact(watermark: watermark, rule) { keepAsEvidence(dropped, rule) }
            }
        }
        return place
    }

    /// The events stay in the window when the condition has been reached: each for which it is has to be handed on.
    private mutating func insertConsumed(
        _ arrival: Arrival, _ place: Int, isJoined: Bool, watermark: Int64, _ rule: WindowParameters,
        _ output: inout ChainOutput
    ) {
        if chains.isEmpty { chains = [ChainState()] }
        let event = arrival.event
        let (first, last) = (episodes[place].first, episodes[place].last)
        if !arrival.supports.isEmpty {
            chains[0].add(
                arrival.supports, anchor: event.time, episodeThrough: last, watermark: watermark, rule, &output)
        }
        if isJoined { chains[0].join(at: event.time, episode: first...last, rule, &output) }
        chains[0].handOn(event, rule, &output)
        var ends: [Int] = []
        let wasSatisfied = episodes[place].isSatisfied
        let isReached = window.insert(event, rule, &ends)
        if isReached, !wasSatisfied { satisfy(place, text: arrival.text) }
        if episodes[place].isSatisfied {
            if wasSatisfied, !isJoined {
                note(event, place, rule)
            } else {
                for retained in window.events(from: first, through: last) { note(retained, place, rule) }
            }
        }
        chains[0].fire(window.events, at: ends, episodeFrom: first, rule, &output)
        if window.needsCompaction {
            for dropped in window.compact(watermark: watermark, rule) { keepAsEvidence(dropped, rule) }
            chains[0].forget(firedBefore: window.events.first?.time ?? .max)
        }
    }

    /// Takes in more evidence for the match of an inner correlation at `anchor`. Returns the place of its episode; nil if that is
    /// over.
    mutating func support(
        _ marks: ArraySlice<EvidenceMark>, anchor: Int64, watermark: Int64, _ rule: WindowParameters,
        _ output: inout ChainOutput
    ) -> Int? {
        guard let place = episodes.firstIndex(where: { $0.first <= anchor && anchor <= $0.last }) else { return nil }
        for mark in marks { episodes[place].evidence.add(mark) }
        if !chains.isEmpty {
            let last = episodes[place].last
            chains[0].add(marks, anchor: anchor, episodeThrough: last, watermark: watermark, rule, &output)
        }
        return place
    }

    /// Adds an event to an episode's evidence, if it is any.
    private mutating func note(_ event: RetainedEvent, _ place: Int, _ rule: WindowParameters) {
        // No finding will ask for it.
        if rule.isSilent { return }
        if rule.isEvidence(event.mark) { episodes[place].evidence.add(event) }
    }

    private mutating func satisfy(_ place: Int, text: ArraySlice<UInt8>) {
        episodes[place].isSatisfied = true
        episodes[place].text = Array(text)
    }

    /// Finds or makes the episode of an event, and counts the event in.
    private mutating func place(_ arrival: Arrival, _ rule: WindowParameters) -> Int {
        let (time, deadline) = (arrival.event.time, arrival.deadline)
        let (isLate, countsEvent) = (arrival.isLate, arrival.countsEvent)
        var before = episodes.count - 1
        while before >= 0, episodes[before].first > time { before -= 1 }
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

    /// Microseconds from `earlier` to `later`; hostile times may be further apart than an integer can say.
    private static func distance(_ earlier: Int64, _ later: Int64) -> Int64 {
        let (difference, overflow) = later.subtractingReportingOverflow(earlier)
        return overflow ? .max : difference
    }

    private mutating func takeRetained(_ place: Int, _ rule: WindowParameters) {
        if window.events.isEmpty { return }
        let events = window.take(from: episodes[place].first, through: episodes[place].last, rule)
        for event in events { note(event, place, rule) }
    }

    private mutating func keepAsEvidence(_ event: RetainedEvent, _ rule: WindowParameters) {
        for place in episodes.indices where episodes[place].first <= event.time && event.time <= episodes[place].last {
            note(event, place, rule)
            return
        }
    }

    /// Whether an episode that reached its condition has to wait: another of the group is raised already, and an event that may
    /// still come in time could show that both are one.
    func mustWait(_ place: Int, watermark: Int64, _ rule: WindowParameters) -> Bool {
        for other in episodes.indices where other != place && episodes[other].finding != nil {
            let earlier = episodes[min(other, place)]
            if earlier.last &+ rule.timespan >= watermark { return true }
        }
        return false
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

    /// When something is due next: the end of the last episode, or the release of one that waits: when the raised one ends, or
    /// when it is over itself.
    func deadline(_ rule: WindowParameters) -> Int64 {
        var latest = Int64.min
        var earliestRaised = Int64.max
        var earliestWaiting = Int64.max
        for episode in episodes {
            latest = max(latest, episode.deadline)
            if episode.finding != nil { earliestRaised = min(earliestRaised, episode.deadline) }
            if !rule.isSilent, episode.isSatisfied, episode.finding == nil {
                earliestWaiting = min(earliestWaiting, episode.deadline)
            }
        }
        return earliestWaiting < .max ? min(earliestRaised, earliestWaiting, latest) : latest
    }
}
