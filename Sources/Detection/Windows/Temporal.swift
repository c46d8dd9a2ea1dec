// Hot path.

/// `temporal`: at least so many distinct base rules within the timespan, in any order; or those that a boolean condition without
/// `not` asks for.
struct Temporal: Sendable, Equatable {
    /// For each base rule, the time of its latest event.
    private var latest: [Int64] = []

    /// Whether a window around the event just inserted at `position` holds `threshold` distinct base rules. O(base rules) for
    /// an event in order; a late one is worked out anew from the retained events.
    ///
    /// - Parameter ends: takes the places of the events with which such windows end, if the rule is consumed.
    mutating func isReached(
        _ events: [RetainedEvent], insertedAt position: Int, _ rule: WindowParameters, _ ends: inout WindowEnds
    ) -> Bool {
        if latest.isEmpty { latest = [Int64](repeating: .min, count: rule.stepCount) }
        if position == events.count - 1 {
            note(events[position])
            let holds = isReached(endingAt: events[position].time, rule)
            if holds, rule.isConsumed { ends.append(position) }
            return holds
        }
        clear()
        let last = events[position].time + rule.timespan
        var reached = false
        // What is more than a timespan before the event is in no window that ends with it, or later.
        for index in events.firstIndex(atOrAfter: events[position].time - rule.timespan)..<events.count {
            note(events[index])
            if index >= position, !reached || rule.isConsumed, events[index].time <= last,
                isReached(endingAt: events[index].time, rule) {
                reached = true
                if rule.isConsumed { ends.append(index) }
            }
        }
        return reached
    }

    /// Works the latest times out anew, after events were taken away.
    mutating func rebuild(_ events: [RetainedEvent], _ rule: WindowParameters) {
        latest = events.isEmpty ? [] : [Int64](repeating: .min, count: rule.stepCount)
        for event in events { note(event) }
    }

    private mutating func clear() {
        for step in latest.indices { latest[step] = .min }
    }

    private mutating func note(_ event: RetainedEvent) {
        var steps = event.detail
        while steps != 0 {
            latest[steps.trailingZeroBitCount] = event.time
            steps &= steps &- 1
        }
    }

    private func isReached(endingAt end: Int64, _ rule: WindowParameters) -> Bool {
        let start = end - rule.timespan
        if let terms = rule.terms {
            var present: UInt64 = 0
            for step in latest.indices where latest[step] >= start { present |= 1 &<< UInt64(step) }
            return terms.isPresent(present)
        }
        var count = 0
        for time in latest where time >= start { count += 1 }
        return count >= rule.threshold
    }

    /// Marks in `keep` which of the settled events can still matter: the last of each base rule.
    static func thin(_ events: [RetainedEvent], settled boundary: Int, keep: inout [Bool]) {
        var seen: UInt64 = 0
        for index in (0..<boundary).reversed() where keep[index] {
            if events[index].detail & ~seen == 0 { keep[index] = false }
            seen |= events[index].detail
        }
    }
}
