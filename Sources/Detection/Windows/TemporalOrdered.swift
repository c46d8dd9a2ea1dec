// Hot path.

/// `temporal_ordered`: at least so many distinct base rules within the timespan, one after the other in the order listed.
///
/// At equal times the number in the store decides which event came first (sigma.md, decision 1). One event takes one place in
/// the order, even if it matches several base rules.
struct TemporalOrdered: Sendable, Equatable {
    /// More base rules would make a group's state, which grows with their square, too large.
    static let maximumSteps = 16

    /// `starts[(length - 1) * stepCount + step]`: the latest start of a run of `length` base rules in order that ends with
    /// `step`; `.min` if there is none. The later a run starts, the longer it stays within the timespan.
    private(set) var current: [Int64] = []
    /// The same over the events that are settled and no longer retained.
    private(set) var settled: [Int64] = []
    /// Whether `current` is about events so far before the settled ones that these have nothing to do with it: those of a source
    /// that is behind.
    private var isBeforeSettled = false

    init() {}

    init(settled: [Int64]) {
        self.settled = settled
    }

    /// Whether the event just inserted at `position` completes a run within the timespan. O(threshold · base rules) for an
    /// event in order; a late one is worked out anew from the retained events.
    ///
    /// - Parameters:
    ///   - isNew: false if the event stood there before, and now matches more base rules.
    ///   - ends: takes the places of the events with which such runs end, if the rule is consumed.
    mutating func isReached(
        _ events: [RetainedEvent], insertedAt position: Int, isNew: Bool, _ rule: WindowParameters, _ ends: inout WindowEnds
    ) -> Bool {
        if current.isEmpty { clear(rule) }
        if isNew, position == events.count - 1, isBeforeSettled || !isBeforeSettled(events[position].time, rule) {
            let completes = advance(over: events[position], rule)
            if completes, rule.isConsumed { ends.append(position) }
            return completes
        }
        let last = events[position].time + rule.timespan
        var reached = false
        start(rule)
        // Runs that start more than a timespan before the event are too long for every event from it on.
        for index in events.firstIndex(atOrAfter: events[position].time - rule.timespan)..<events.count {
            let completes = advance(over: events[index], rule)
            if index >= position, events[index].time <= last, completes {
                reached = true
                if rule.isConsumed { ends.append(index) }
            }
        }
        return reached
    }

    /// Works the runs out anew, after events were taken away.
    mutating func rebuild(_ events: [RetainedEvent], _ rule: WindowParameters) {
        current = settled
        isBeforeSettled = false
        if events.isEmpty { return }
        start(rule)
        for event in events { _ = advance(over: event, rule) }
    }

    /// Whether a time is more than a timespan before the latest settled event.
    func isBeforeSettled(_ time: Int64, _ rule: WindowParameters) -> Bool {
        // A run of one rule starts with its latest event.
        if settled.isEmpty { return false }
        var latest = Int64.min
        for step in 0..<rule.stepCount { latest = max(latest, settled[step]) }
        return latest > .min && time < latest - rule.timespan
    }

    /// Begins to work the runs out anew: from nothing, as long as events come that the settled ones have nothing to do with.
    private mutating func start(_ rule: WindowParameters) {
        clear(rule)
        isBeforeSettled = !settled.isEmpty
    }

    private mutating func advance(over event: RetainedEvent, _ rule: WindowParameters) -> Bool {
        if isBeforeSettled, !isBeforeSettled(event.time, rule) {
            isBeforeSettled = false
            for index in current.indices { current[index] = max(current[index], settled[index]) }
        }
        return Self.advance(&current, over: event, rule)
    }

    /// Takes the first `count` events into the settled runs: no event can be inserted before them any more.
    mutating func settle(_ events: [RetainedEvent], first count: Int, _ rule: WindowParameters) {
        if settled.isEmpty { settled = [Int64](repeating: .min, count: rule.threshold * rule.stepCount) }
        for event in events.prefix(count) { _ = Self.advance(&settled, over: event, rule) }
    }

    private mutating func clear(_ rule: WindowParameters) {
        current = [Int64](repeating: .min, count: rule.threshold * rule.stepCount)
    }

    /// Adds one event to the runs; true if it ends one of `threshold` base rules that started at most a timespan before.
    private static func advance(_ starts: inout [Int64], over event: RetainedEvent, _ rule: WindowParameters) -> Bool {
        let width = rule.stepCount
        // Longest first, so that the event does not follow itself.
        var length = rule.threshold
        while length > 0 {
            let row = (length - 1) * width
            let shorter = row - width
            var steps = event.detail
            while steps != 0 {
                let step = steps.trailingZeroBitCount
                steps &= steps &- 1
                var start = length == 1 ? event.time : Int64.min
                if length > 1 {
                    // A run that is later than the event is none: the event came too late, and behind it all is settled.
                    var before = shorter
                    while before < shorter + step {
                        let other = starts[before]
                        if other <= event.time, other > start { start = other }
                        before += 1
                    }
                }
                if start > starts[row + step] { starts[row + step] = start }
            }
            length -= 1
        }
        let row = (rule.threshold - 1) * width
        let limit = event.time - rule.timespan
        var steps = event.detail
        while steps != 0 {
            let start = starts[row + steps.trailingZeroBitCount]
            if start >= limit, start <= event.time { return true }
            steps &= steps &- 1
        }
        return false
    }
}
