// Hot path.

/// The events of one group whose windows are judged only when no earlier event can come any more: of the types that compute with
/// numbers, whose results go up and down, and of boolean conditions over rules, which may ask for an absence.
///
/// - **Numbers**: a condition holds in an episode if it does for the numbers in any window that ends with one of its events, all
///   of one event's numbers included. It is judged when the watermark has passed that event.
/// - **Absence**: a condition holds in an episode if it does in any window that begins with one of its events, one of a rule that
///   stands without a `not`. It is judged when the watermark has passed the window's end. An alternative that forbids nothing
///   needs no waiting: it is judged with each event.
///
/// An event that comes when windows that it is in have been judged has them judged anew; what was found before stays.
struct PendingWindow: Sendable, Equatable {
    /// In order.
    private(set) var events: [PendingEvent] = []
    /// All events before this place are decided.
    private var firstUndecided = 0
    /// The latest event whose window was judged.
    private(set) var lastDecided = Int64.min
    private var numbers = NumberWindow()
    private var presence = PresenceRuns()
    /// The number of events at which `compact` is worth its cost again.
    private(set) var compactionSize: Int32 = minimumCompactionSize

    private static let minimumCompactionSize: Int32 = 16

    init() {}

    /// A state as saved.
    init(events: [PendingEvent], lastDecided: Int64, compactionSize: Int32) {
        self.events = events
        self.lastDecided = lastDecided
        self.compactionSize = compactionSize
        skipDecided()
    }

    // MARK: Inserting

    /// Inserts an event in its place. True if the condition holds already.
    mutating func insert(_ event: PendingEvent, _ rule: WindowParameters) -> Bool {
        if let terms = rule.terms { return insert(event, terms, rule) }
        let position = events.position(for: event)
        if position == events.count {
            events.append(event)
            return false
        }
        events.insert(event, at: position)
        numbers.noteInsertion(at: position)
        if position < firstUndecided { firstUndecided = position }
        reopen(from: position + 1, through: event.time + rule.timespan, rule)
        return false
    }

    private mutating func insert(_ event: PendingEvent, _ terms: RuleTerms, _ rule: WindowParameters) -> Bool {
        var position = events.position(for: event)
        let merged = merge(event, near: position, rule)
        if let merged {
            position = merged
        } else if position == events.count {
            events.append(event)
        } else {
            events.insert(event, at: position)
        }
        if terms.hasAbsence {
            let first = event.time - rule.timespan
            if first <= lastDecided { reopen(from: events.firstIndex(atOrAfter: first), through: event.time, rule) }
            if position < firstUndecided { firstUndecided = position }
        }
        guard terms.hasPresence, rule.isPositive(event.detail) else {
            if position < events.count - 1 || merged != nil { presence.reset() }
            return false
        }
        return presence.isReached(events, insertedAt: position, isNew: merged == nil, timespan: rule.timespan, terms)
    }

    /// Has windows that were judged judged anew. None was if all events come in time.
    private mutating func reopen(from first: Int, through last: Int64, _ rule: WindowParameters) {
        if first >= events.count || events[first].time > lastDecided { return }
        firstUndecided = min(firstUndecided, first)
        for place in first..<events.count where events[place].time <= last && rule.isPositive(events[place].detail) {
            events[place].isDecided = false
        }
    }

    /// One event is one, even if it is a match of a base rule and the firing event of an inner correlation. The place of the
    /// event if it is there already.
    private mutating func merge(_ event: PendingEvent, near position: Int, _ rule: WindowParameters) -> Int? {
        if rule.innerSteps.isEmpty { return nil }
        for place in max(0, position - 1)..<min(events.count, position + 1) where events[place].isSameEvent(event) {
            events[place].detail |= event.detail
            events[place].isDecided = events[place].isDecided && event.isDecided
            // The mark of a base rule that stands without a `not` stays, for it is evidence.
            if !rule.isEvidence(events[place].mark) || !rule.isPositive(events[place].mark) { events[place].mark = event.mark }
            return place
        }
        return nil
    }

    // MARK: Deciding

    /// When the owner has to come back to `decide`: once the watermark is beyond. `.max` if nothing is pending.
    func nextDecision(_ rule: WindowParameters) -> Int64 {
        var earliest = Int64.max
        for event in events[firstUndecided...] where !event.isDecided { earliest = min(earliest, max(event.time, event.ready)) }
        return earliest == .max ? .max : earliest + rule.decisionDelay
    }

    /// Judges the windows that no event in time can change any more. Returns the times of the events for which the condition
    /// holds.
    mutating func decide(watermark: Int64, _ rule: WindowParameters) -> [Int64] {
        decide(before: watermark - rule.decisionDelay, rule)
    }

    /// Judges all windows of an episode, with what there is: its time is over.
    mutating func decide(from first: Int64, through last: Int64, _ rule: WindowParameters) -> [Int64] {
        for place in events.firstIndex(atOrAfter: first)..<events.count where events[place].time <= last {
            events[place].ready = .min / 2
        }
        return decide(before: last + 1, rule)
    }

    private mutating func decide(before limit: Int64, _ rule: WindowParameters) -> [Int64] {
        var end = firstUndecided
        var isAnyDue = false
        while end < events.count, events[end].time < limit {
            if !events[end].isDecided, events[end].ready < limit { isAnyDue = true }
            end += 1
        }
        if !isAnyDue { return [] }
        var found: [Int64] = []
        if let number = rule.number {
            for place in firstUndecided..<end where !events[place].isDecided && events[place].ready < limit {
                decide(place)
                // All numbers of one event count before it is judged.
                if place + 1 < events.count, events[place].isSameEvent(events[place + 1]) { continue }
                let value = numbers.value(events, endingAt: place, timespan: rule.timespan, number.function)
                if number.holds(value) { found.append(events[place].time) }
            }
        } else if let terms = rule.terms {
            var scan = AbsenceScan(terms, timespan: rule.timespan)
            let last = events[end - 1].time + rule.timespan
            var place = end
            while place < events.count, events[place].time <= last { place += 1 }
            while place > firstUndecided {
                place -= 1
                let verdict = scan.step(to: events[place])
                guard !events[place].isDecided, place < end, events[place].ready < limit else { continue }
                decide(place)
                if verdict == .holds { found.append(events[place].time) }
            }
        }
        skipDecided()
        return found
    }

    private mutating func decide(_ place: Int) {
        events[place].isDecided = true
        lastDecided = max(lastDecided, events[place].time)
    }

    private mutating func skipDecided() {
        while firstUndecided < events.count, events[firstUndecided].isDecided { firstUndecided += 1 }
    }

    // MARK: Forgetting

    /// Takes out the events of an episode, from `first` through `last`, that has reached its condition, or has ended. What only
    /// keeps others from holding stays.
    mutating func take(from first: Int64, through last: Int64, _ rule: WindowParameters) -> [RetainedEvent] {
        let start = events.firstIndex(atOrAfter: first)
        var taken: [RetainedEvent] = []
        var end = start
        for place in start..<events.count {
            let event = events[place]
            if event.time <= last, rule.isPositive(event.detail) {
                taken.append(event.retained)
            } else {
                events[end] = event
                end += 1
            }
        }
        if taken.isEmpty { return [] }
        events.removeLast(events.count - end)
        if events.isEmpty { events = [] }
        rebuild()
        return taken
    }

    private mutating func rebuild() {
        numbers.reset()
        presence.reset()
        firstUndecided = 0
        skipDecided()
    }

    /// Whether `compact` is due.
    var needsCompaction: Bool { events.count >= Int(compactionSize) }

    /// The watermark beyond which nothing here matters any more, if no episode is open; `.min` if that is now.
    var lastUse: Int64 {
        var last = Int64.min
        for event in events { last = max(last, event.time, event.ready) }
        return last
    }

    /// Drops the events that cannot matter any more: those in no window that is still to be judged.
    ///
    /// - Returns: what was dropped of episodes that have not reached their condition, and how many events were given up: of a
    ///   group with more than `maximumRetained` that still may matter, those in the middle, so that the oldest, which are judged
    ///   next, and the latest stay. (Of numbers the oldest are given up: the latest windows matter most.)
    mutating func compact(watermark: Int64, _ rule: WindowParameters) -> (dropped: [RetainedEvent], givenUp: Int) {
        var dropped: [RetainedEvent] = []
        var lastPositive = Int64.min / 2
        events.removeAll { event in
            if rule.isPositive(event.detail) {
                if event.end(rule.timespan) < watermark {
                    dropped.append(event.retained)
                    return true
                }
                lastPositive = max(lastPositive, event.time)
                return false
            }
            return max(event.time, event.ready) < watermark && event.time - rule.timespan > lastPositive
        }
        var givenUp = 0
        if events.count > rule.maximumRetained {
            let kept = rule.number == nil ? rule.maximumRetained / 4 : 0
            let range = kept..<(events.count - rule.maximumRetained / 2 + kept)
            if let terms = rule.terms { decideCancelled(terms, rule) }
            for event in events[range] {
                if rule.isPositive(event.detail) { dropped.append(event.retained) }
            }
            givenUp = range.count
            events.removeSubrange(range)
        }
        rebuild()
        compactionSize = max(Self.minimumCompactionSize, Int32(clamping: events.count * 2))
        return (dropped, givenUp)
    }

    /// Decides the windows in which something forbidden has come already: that must not be forgotten with it.
    private mutating func decideCancelled(_ terms: RuleTerms, _ rule: WindowParameters) {
        var scan = AbsenceScan(terms, timespan: rule.timespan)
        for place in events.indices.reversed() where scan.step(to: events[place]) == .cancelled { events[place].isDecided = true }
    }
}
