// Hot path.

/// `value_count`: at least so many distinct values within the timespan.
struct ValueCount: Sendable, Equatable {
    /// The values of the window that ends at the latest event.
    private var current = RecencyTable()

    /// Whether a window around the event just inserted at `position` holds `threshold` distinct values. Constant amortised time
    /// for an event in order; a late one is worked out anew from the retained events.
    ///
    /// - Parameter ends: takes the places of the events with which such windows end, if the rule is consumed.
    mutating func isReached(
        _ events: [RetainedEvent], insertedAt position: Int, _ rule: WindowParameters, _ ends: inout WindowEnds
    ) -> Bool {
        if position == events.count - 1 {
            let holds = isReached(adding: events[position], rule)
            if holds, rule.isConsumed { ends.append(position) }
            return holds
        }
        current.removeAll()
        // Windows that end more than a timespan after the new event do not contain it.
        let last = events[position].time + rule.timespan
        var reached = false
        // What is more than a timespan before the event is in no window that ends with it, or later.
        for index in events.firstIndex(atOrAfter: events[position].time - rule.timespan)..<events.count {
            let holds = isReached(adding: events[index], rule)
            if index >= position, events[index].time <= last, holds {
                reached = true
                if rule.isConsumed { ends.append(index) }
            }
        }
        return reached
    }

    private mutating func isReached(adding event: RetainedEvent, _ rule: WindowParameters) -> Bool {
        current.expire(before: event.time - rule.timespan)
        current.touch(event.detail, at: event.time)
        return current.count >= rule.threshold
    }

    /// Works the current window out anew, after events were taken away.
    mutating func rebuild(_ events: [RetainedEvent], _ rule: WindowParameters) {
        current.removeAll()
        for event in events { _ = isReached(adding: event, rule) }
    }

    /// Marks in `keep` which of the settled events (those before `boundary`, where no event can be inserted any more) can still
    /// matter: the last occurrence of each value, for a later window contains an end of them.
    static func thin(_ events: [RetainedEvent], settled boundary: Int, keep: inout [Bool]) {
        var seen: Set<UInt64> = []
        for index in (0..<boundary).reversed() where keep[index] {
            if !seen.insert(events[index].detail).inserted { keep[index] = false }
        }
    }
}
