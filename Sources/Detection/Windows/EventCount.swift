// Hot path.

/// `event_count`: at least so many events within the timespan.
///
/// Needs no state beside the events.
enum EventCount {
    /// Whether a window around the event just inserted at `position` holds `threshold` events. Constant time for an event in
    /// order, O(threshold) for a late one.
    ///
    /// - Parameter ends: takes the places of the events with which such windows end, if the rule is consumed.
    static func isReached(
        _ events: [RetainedEvent], insertedAt position: Int, _ rule: WindowParameters, _ ends: inout WindowEnds
    ) -> Bool {
        let reach = rule.threshold - 1
        var start = max(0, position - reach)
        while start <= position, start + reach < events.count {
            if events[start + reach].time - events[start].time <= rule.timespan {
                if !rule.isConsumed { return true }
                ends.append(start + reach)
            }
            start += 1
        }
        return !ends.isEmpty
    }
}
