// Hot path.

/// `event_count`: at least so many events within the timespan.
///
/// Needs no state beside the events: as long as the threshold is not reached they are fewer than it in every timespan.
enum EventCount {
    /// Whether a window around the event just inserted at `position` holds `threshold` events. Constant time for an event in
    /// order, O(threshold) for a late one.
    static func isReached(_ events: [RetainedEvent], insertedAt position: Int, _ rule: WindowParameters) -> Bool {
        let reach = rule.threshold - 1
        var start = max(0, position - reach)
        while start <= position, start + reach < events.count {
            if events[start + reach].time - events[start].time <= rule.timespan { return true }
            start += 1
        }
        return false
    }
}
