// Hot path.

/// One group of one rule: its live episodes, and the events of those that have not reached the condition.
struct GroupState: Sendable, Equatable {
    /// In time order, each further than a timespan from the next. Nearly always one.
    private(set) var episodes: [Episode]
    private(set) var window: WindowState

    init() {
        episodes = []
        window = WindowState()
    }

    init(episodes: [Episode], window: WindowState) {
        self.episodes = episodes
        self.window = window
    }

    /// Adds an event: it begins an episode, extends one, or joins two. Returns the place of its episode.
    mutating func insert(
        _ event: RetainedEvent, countsEvent: Bool = true, deadline: Int64, text: ArraySlice<UInt8>, watermark: Int64,
        _ rule: WindowParameters
    ) -> Int {
        let place = place(
            event.time, deadline: deadline, isLate: event.time < watermark, countsEvent: countsEvent, rule)
        if episodes[place].isSatisfied {
            // The condition holds for good; an episode joined to it brings its events along.
            takeRetained(place, rule)
            episodes[place].evidence.add(event)
        } else if rule.threshold <= 1 {
            satisfy(place, text: text)
            episodes[place].evidence.add(event)
        } else {
            if window.insert(event, rule) {
                satisfy(place, text: text)
                takeRetained(place, rule)
            } else if window.needsCompaction {
                for dropped in window.compact(watermark: watermark, rule) { keepAsEvidence(dropped) }
            }
        }
        return place
    }

    private mutating func satisfy(_ place: Int, text: ArraySlice<UInt8>) {
        episodes[place].isSatisfied = true
        episodes[place].text = Array(text)
    }

    /// Finds or makes the episode of an event at `time`, and counts the event in.
    private mutating func place(
        _ time: Int64, deadline: Int64, isLate: Bool, countsEvent: Bool, _ rule: WindowParameters
    ) -> Int {
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
        episodes[place].evidence.add(events)
    }

    private mutating func keepAsEvidence(_ event: RetainedEvent) {
        for place in episodes.indices where episodes[place].first <= event.time && event.time <= episodes[place].last {
            episodes[place].evidence.add(event)
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
        if !episodes[place].isSatisfied { takeRetained(place, rule) }
        episodes.remove(at: place)
    }

    /// When something is due next: the end of the last episode, or the release of one that waits.
    func deadline(_ rule: WindowParameters) -> Int64 {
        var latest = Int64.min
        var earliestRaised = Int64.max
        var waits = false
        for episode in episodes {
            latest = max(latest, episode.deadline)
            if episode.finding != nil { earliestRaised = min(earliestRaised, episode.deadline) }
            if episode.isSatisfied, episode.finding == nil { waits = true }
        }
        return waits ? min(earliestRaised, latest) : latest
    }
}
