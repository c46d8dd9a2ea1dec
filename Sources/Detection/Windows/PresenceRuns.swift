// Hot path.

/// Of a boolean condition, the alternatives that forbid nothing: whether what they require has come, judged with each event.
struct PresenceRuns: Sendable, Equatable {
    /// Unordered: for each rule the time of its latest event. Ordered: for each alternative one after the other, and for each
    /// number of its rules, the latest start of a run of so many.
    private var starts: [Int64] = []
    /// Whether `starts` is about all of the window's events.
    private var isCurrent = false

    /// The events have changed.
    mutating func reset() { isCurrent = false }

    /// Whether an alternative holds in a window around the event just inserted at `position`. For an event in order the cost is
    /// that of the condition; a late one is worked out anew.
    mutating func isReached(
        _ events: [PendingEvent], insertedAt position: Int, isNew: Bool, timespan: Int64, _ terms: RuleTerms
    ) -> Bool {
        if isCurrent, isNew, position == events.count - 1 { return advance(over: events[position], timespan, terms) }
        clear(terms)
        let time = events[position].time
        var isReached = false
        for index in events.firstIndex(atOrAfter: time - timespan)..<events.count {
            let holds = advance(over: events[index], timespan, terms)
            if holds, index >= position, events[index].time <= time + timespan { isReached = true }
        }
        isCurrent = true
        return isReached
    }

    private mutating func clear(_ terms: RuleTerms) {
        let count = terms.isOrdered ? terms.terms.reduce(0) { $0 + $1.required.nonzeroBitCount } : 64
        starts = [Int64](repeating: .min, count: count)
    }

    private mutating func advance(over event: PendingEvent, _ timespan: Int64, _ terms: RuleTerms) -> Bool {
        let oldest = event.time - timespan
        if terms.isOrdered { return advanceRuns(over: event, from: oldest, terms) }
        var steps = event.detail
        while steps != 0 {
            starts[steps.trailingZeroBitCount] = event.time
            steps &= steps &- 1
        }
        var present: UInt64 = 0
        var bits = terms.positive
        while bits != 0 {
            if starts[bits.trailingZeroBitCount] >= oldest { present |= bits & (0 &- bits) }
            bits &= bits &- 1
        }
        return terms.isPresent(present)
    }

    private mutating func advanceRuns(over event: PendingEvent, from oldest: Int64, _ terms: RuleTerms) -> Bool {
        var isReached = false
        var first = 0
        for term in terms.terms {
            let length = term.required.nonzeroBitCount
            // From the last of its rules to the first, so that the event does not follow itself.
            var bits = term.required
            var place = length - 1
            while bits != 0 {
                let step = 63 - bits.leadingZeroBitCount
                bits ^= 1 &<< UInt64(step)
                if event.detail & (1 &<< UInt64(step)) != 0 {
                    let start = place == 0 ? event.time : starts[first + place - 1]
                    starts[first + place] = max(starts[first + place], start)
                    if place == length - 1, term.forbidden == 0, starts[first + place] >= oldest { isReached = true }
                }
                place -= 1
            }
            first += length
        }
        return isReached
    }
}
