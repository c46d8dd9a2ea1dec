// Hot path.

/// The conditions over the events of a small group, worked out from nothing else: for the few that it has, that is cheaper than
/// any state that would have to be kept.
enum ShortWindow {
    /// Whether a window around the event just inserted at `position` reaches the condition, of events that match one base rule
    /// each. As the types with state of their own (`EventCount`, `ValueCount`, `Temporal`, `TemporalOrdered`) decide.
    static func isReached(_ events: [RetainedEvent], insertedAt position: Int, _ rule: WindowParameters) -> Bool {
        // An event is one more at most.
        if events.count < rule.threshold { return false }
        let last = events[position].time + rule.timespan
        var end = position
        while end < events.count, events[end].time <= last {
            var start = end
            while start > 0, events[start - 1].time >= events[end].time - rule.timespan { start -= 1 }
            if end - start + 1 >= rule.threshold, count(events[start...end], rule.kind) >= rule.threshold { return true }
            end += 1
        }
        return false
    }

    /// What a window that ends with its last event counts.
    private static func count(_ events: ArraySlice<RetainedEvent>, _ kind: FindingRule.Window) -> Int {
        switch kind {
        // The types that compute have a `PendingWindow`.
        case .event, .eventCount, .valueSum, .valueAvg, .valuePercentile, .valueMedian: events.count
        case .valueCount: distinctDetails(events)
        case .temporal: events.reduce(0) { $0 | $1.detail }.nonzeroBitCount
        case .temporalOrdered: longestOrder(events)
        }
    }

    private static func distinctDetails(_ events: ArraySlice<RetainedEvent>) -> Int {
        var count = 0
        for place in events.indices where !events[..<place].contains(where: { $0.detail == events[place].detail }) { count += 1 }
        return count
    }

    /// The most base rules one after the other in the order listed, the last of them that of the last event.
    private static func longestOrder(_ events: ArraySlice<RetainedEvent>) -> Int {
        // For each rule of the last event's number or less, the longest order that ends with it so far.
        var longest = InlineArray<16, UInt8>(repeating: 0)
        var found = 0
        for event in events {
            let step = min(event.detail.trailingZeroBitCount, longest.count - 1)
            var before: UInt8 = 0
            for other in 0..<step { before = max(before, longest[other]) }
            longest[step] = max(longest[step], before + 1)
            // An order that ends with this very event.
            found = Int(before) + 1
        }
        return found
    }
}
