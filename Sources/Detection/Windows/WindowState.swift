// Hot path.

/// What a group's events amount to so far: those that have not reached the condition, or, where other correlations build on this
/// one, all of them.
struct WindowState: Sendable, Equatable {
    /// In time order: those within a timespan of what can still come, as far as they can still matter.
    private(set) var events: [RetainedEvent] = []
    /// None or one: `event_count`, of which there can be millions, does without.
    private var summaries: [Summary] = []
    /// The number of events at which `compact` is worth its cost again.
    private(set) var compactionSize: Int32 = minimumCompactionSize

    /// Below it, compaction costs more than the few events it could free.
    private static let minimumCompactionSize: Int32 = 16

    /// What the types that need more than the events work out from them.
    private struct Summary: Sendable, Equatable {
        var values = ValueCount()
        var temporal = Temporal()
        var ordered = TemporalOrdered()
    }

    init() {}

    /// A state as saved: the events, the settled runs of `temporal_ordered`.
    init(events: [RetainedEvent], settled: [Int64], compactionSize: Int32, _ rule: WindowParameters) {
        self.events = events
        self.compactionSize = compactionSize
        if !settled.isEmpty {
            summaries = [Summary()]
            summaries[0].ordered = TemporalOrdered(settled: settled)
        }
        rebuild(rule)
    }

    /// What has to be saved of `temporal_ordered` beside the events.
    var settledRuns: [Int64] { summaries.first?.ordered.settled ?? [] }

    /// Inserts an event in its place; true if a window around it reaches the condition.
    ///
    /// - Parameter ends: takes the places of the events with which such windows end, if the rule is consumed.
    mutating func insert(_ event: RetainedEvent, _ rule: WindowParameters, _ ends: inout WindowEnds) -> Bool {
        var position = events.position(for: event)
        var isNew = true
        if rule.kind == .temporalOrdered, !rule.innerSteps.isEmpty, let place = merge(event, near: position, rule) {
            position = place
            isNew = false
        } else if position == events.count {
            events.append(event)
        } else {
            events.insert(event, at: position)
        }
        switch rule.kind {
        // The types that compute have a `PendingWindow`.
        case .event, .eventCount, .valueSum, .valueAvg, .valuePercentile, .valueMedian:
            return EventCount.isReached(events, insertedAt: position, rule, &ends)
        case .valueCount:
            if summaries.isEmpty { summaries = [Summary()] }
            return summaries[0].values.isReached(events, insertedAt: position, rule, &ends)
        case .temporal:
            if summaries.isEmpty { summaries = [Summary()] }
            return summaries[0].temporal.isReached(events, insertedAt: position, rule, &ends)
        case .temporalOrdered:
            if summaries.isEmpty { summaries = [Summary()] }
            return summaries[0].ordered.isReached(events, insertedAt: position, isNew: isNew, rule, &ends)
        }
    }

    /// One event takes one place in an order, even if it is a match of a base rule and the firing event of an inner correlation.
    /// The place of the event if it is there already.
    private mutating func merge(_ event: RetainedEvent, near position: Int, _ rule: WindowParameters) -> Int? {
        for place in max(0, position - 1)..<min(events.count, position + 1) {
            let other = events[place]
            guard other.time == event.time, other.mark.sequence == event.mark.sequence else { continue }
            events[place].detail |= event.detail
            // The mark of a base rule stays, for it is evidence.
            if !rule.isEvidence(other.mark) { events[place].mark = event.mark }
            return place
        }
        return nil
    }

    /// Takes out the events from `first` through `last`, an episode that has reached its condition, or has ended.
    mutating func take(from first: Int64, through last: Int64, _ rule: WindowParameters) -> [RetainedEvent] {
        let start = events.firstIndex(atOrAfter: first)
        var end = start
        while end < events.count, events[end].time <= last { end += 1 }
        if start == end { return [] }
        let taken = Array(events[start..<end])
        if taken.count == events.count { events = [] } else { events.removeSubrange(start..<end) }
        rebuild(rule)
        return taken
    }

    /// What follows from the events is worked out from nothing else, so that a restored state goes on as the saved one would.
    private mutating func rebuild(_ rule: WindowParameters) {
        if summaries.isEmpty {
            if events.isEmpty || rule.kind == .event || rule.kind == .eventCount { return }
            summaries = [Summary()]
        }
        switch rule.kind {
        case .event, .eventCount, .valueSum, .valueAvg, .valuePercentile, .valueMedian: break
        case .valueCount: summaries[0].values.rebuild(events, rule)
        case .temporal: summaries[0].temporal.rebuild(events, rule)
        case .temporalOrdered: summaries[0].ordered.rebuild(events, rule)
        }
    }

    /// The events from `first` through `last`.
    func events(from first: Int64, through last: Int64) -> ArraySlice<RetainedEvent> {
        let start = events.firstIndex(atOrAfter: first)
        var end = start
        while end < events.count, events[end].time <= last { end += 1 }
        return events[start..<end]
    }

    /// Whether `compact` is due.
    var needsCompaction: Bool { events.count >= Int(compactionSize) }

    /// Drops the events that cannot matter any more, and returns them: those a timespan older than `watermark`, and of those
    /// older than `watermark`, where no event can be inserted any more, the ones that later events make redundant. (Not so if
    /// other correlations build on this one: they are evidence of what is still to fire.)
    ///
    /// A group that still has more than `maximumRetained` events is settled up to its last half of that many, as if the
    /// watermark stood there. The consequence: an event that comes late, and belongs before that point, finds the group's
    /// earlier events thinned out. Events in order stay exact.
    mutating func compact(watermark: Int64, _ rule: WindowParameters) -> [RetainedEvent] {
        let oldest = watermark - rule.timespan
        var dropped = drop(settled: events.firstIndex(atOrAfter: rule.isConsumed ? oldest : watermark), before: oldest, rule)
        if events.count > rule.maximumRetained {
            let boundary = events.count - rule.maximumRetained / 2
            dropped += drop(settled: boundary, before: events[boundary].time - rule.timespan, isForced: true, rule)
        }
        rebuild(rule)
        compactionSize = max(Self.minimumCompactionSize, Int32(clamping: events.count * 2))
        return dropped
    }

    private mutating func drop(
        settled boundary: Int, before oldest: Int64, isForced: Bool = false, _ rule: WindowParameters
    ) -> [RetainedEvent] {
        var keep = [Bool](repeating: true, count: events.count)
        for index in 0..<boundary where events[index].time < oldest { keep[index] = false }
        switch rule.kind {
        case .event, .valueSum, .valueAvg, .valuePercentile, .valueMedian: break
        case .eventCount:
            // For a later event the last ones before it tell whether there are enough.
            if rule.isConsumed { for index in 0..<max(0, boundary - rule.threshold + 1) { keep[index] = false } }
        case .valueCount: ValueCount.thin(events, settled: boundary, keep: &keep)
        case .temporal: Temporal.thin(events, settled: boundary, keep: &keep)
        case .temporalOrdered:
            if summaries.isEmpty { summaries = [Summary()] }
            if boundary > 0, summaries[0].ordered.isBeforeSettled(events[boundary - 1].time, rule) {
                // Runs of a source that is behind would be lost among those settled before: they are worked out from events.
                if isForced { for index in 0..<boundary { keep[index] = false } }
                break
            }
            summaries[0].ordered.settle(events, first: boundary, rule)
            for index in 0..<boundary { keep[index] = false }
        }
        var dropped: [RetainedEvent] = []
        var kept: [RetainedEvent] = []
        for index in events.indices {
            if keep[index] { kept.append(events[index]) } else { dropped.append(events[index]) }
        }
        events = kept
        return dropped
    }
}
