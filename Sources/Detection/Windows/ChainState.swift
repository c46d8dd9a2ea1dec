// Hot path.

/// An event at which a correlation's condition holds, in the window that ends with it: one match for the correlations that build
/// on this one.
struct FiringEvent: Sendable, Equatable {
    var time: Int64
    var sequence: Int64

    static func < (a: FiringEvent, b: FiringEvent) -> Bool {
        a.time != b.time ? a.time < b.time : a.sequence < b.sequence
    }
}

/// One event of the evidence that came with a match of an inner correlation at `anchor`.
struct Support: Sendable, Equatable {
    var anchor: Int64
    var evidence: EvidenceMark
}

/// What a group hands on to outer correlations, in the order in which it has to be taken in there.
struct ChainOutput: Sendable, Equatable {
    struct Item: Sendable, Equatable {
        /// The firing event.
        var event: FiringEvent
        /// Whether the event fires now; else more evidence has turned up for one that fired before.
        var isMatch: Bool
        /// What of `evidence` supports it.
        var start: Int
        var end: Int
    }

    private(set) var items: [Item] = []
    private(set) var evidence: [EvidenceMark] = []

    var isEmpty: Bool { items.isEmpty }

    /// Keeps the memory.
    mutating func removeAll() {
        items.removeAll(keepingCapacity: true)
        evidence.removeAll(keepingCapacity: true)
    }

    mutating func begin() -> Int { evidence.count }
    mutating func add(_ mark: EvidenceMark) { evidence.append(mark) }

    mutating func end(_ event: FiringEvent, isMatch: Bool, from start: Int) {
        if isMatch || evidence.count > start {
            items.append(Item(event: event, isMatch: isMatch, start: start, end: evidence.count))
        }
    }
}

/// What a group remembers for the correlations that build on its rule: which of its events have fired, and the evidence that
/// inner correlations brought along.
///
/// **Evidence of a firing event.** The matches of base rules in the window that ends with it; and what supported matches of inner
/// correlations in its episode up to it, not older than `WindowParameters.reach`. It is handed on once for each outer episode: of
/// what the firing event before it has handed on, nothing is repeated, if both are bound to be in one episode.
struct ChainState: Sendable, Equatable {
    private static let minimumCompactionSize: Int32 = 64

    /// In order.
    private(set) var fired: [FiringEvent] = []
    /// In order of anchors.
    private(set) var supports: [Support] = []
    /// The number of supports at which looking for those that are too old is worth its cost again.
    private(set) var compactionSize: Int32 = minimumCompactionSize

    init() {}

    init(fired: [FiringEvent], supports: [Support], compactionSize: Int32) {
        self.fired = fired
        self.supports = supports
        self.compactionSize = compactionSize
    }

    // MARK: Firing

    /// Hands on those of the events at `ends` that have not fired before, with their evidence.
    ///
    /// - Parameter first: the time at which their episode begins.
    mutating func fire(
        _ events: [RetainedEvent], at ends: WindowEnds, episodeFrom first: Int64, _ rule: WindowParameters,
        _ output: inout ChainOutput
    ) {
        for index in 0..<ends.count {
            let end = ends[index]
            let event = FiringEvent(time: events[end].time, sequence: events[end].mark.sequence)
            let place = firstPlace(from: event)
            if place < fired.count, fired[place] == event { continue }
            let before = place > 0 ? fired[place - 1] : nil
            if place == fired.count { fired.append(event) } else { fired.insert(event, at: place) }
            // What the one before has handed on, this one need not, if no outer correlation can see them apart.
            let known = before.flatMap { event.time - $0.time <= rule.outerTimespan ? $0 : nil }
            let start = output.begin()
            addMatches(events, at: end, after: known, rule, &output)
            addSupports(from: first, through: event.time, after: known?.time, rule, &output)
            output.end(event, isMatch: true, from: start)
        }
    }

    private func addMatches(
        _ events: [RetainedEvent], at end: Int, after known: FiringEvent?, _ rule: WindowParameters, _ output: inout ChainOutput
    ) {
        let oldest = events[end].time - rule.timespan
        var index = end
        // An event with several values stands there several times.
        while index + 1 < events.count, events[index + 1].mark.sequence == events[end].mark.sequence { index += 1 }
        while index >= 0, events[index].time >= oldest {
            let event = events[index]
            if let known, !(known < FiringEvent(time: event.time, sequence: event.mark.sequence)) { break }
            if rule.isEvidence(event.mark) { output.add(EvidenceMark(time: event.time, mark: event.mark)) }
            index -= 1
        }
    }

    private func addSupports(
        from first: Int64, through end: Int64, after known: Int64?, _ rule: WindowParameters, _ output: inout ChainOutput
    ) {
        var index = supports.count - 1
        while index >= 0, supports[index].anchor >= first {
            let support = supports[index]
            if let known, support.anchor <= known { break }
            if support.anchor <= end, support.evidence.time >= end - rule.reach { output.add(support.evidence) }
            index -= 1
        }
    }

    // MARK: Late evidence

    /// Hands on an event that came late to the firing events before which it belongs.
    func handOn(_ event: RetainedEvent, _ rule: WindowParameters, _ output: inout ChainOutput) {
        guard let last = fired.last, rule.isEvidence(event.mark) else { return }
        let own = FiringEvent(time: event.time, sequence: event.mark.sequence)
        if last < own { return }
        let marks = [EvidenceMark(time: event.time, mark: event.mark)]
        handOn(marks.span, reach: rule.timespan, from: firstPlace(from: own), through: .max, rule, &output)
    }

    /// Takes in the evidence of a match at `anchor`, and hands it on to the firing events after it, as far as the episode goes.
    mutating func add(
        _ marks: Span<EvidenceMark>, anchor: Int64, episodeThrough last: Int64, watermark: Int64, _ rule: WindowParameters,
        _ output: inout ChainOutput
    ) {
        for index in marks.indices {
            var place = supports.count
            while place > 0, supports[place - 1].anchor > anchor { place -= 1 }
            let support = Support(anchor: anchor, evidence: marks[index])
            if place == supports.count { supports.append(support) } else { supports.insert(support, at: place) }
        }
        if supports.count >= Int(compactionSize) { dropSupports(watermark: watermark, rule) }
        handOn(marks, reach: rule.reach, from: firstPlace(atOrAfter: anchor), through: last, rule, &output)
    }

    /// Hands the evidence of the first part of an episode on to the firing events of its second part, when an event at `time` has
    /// joined them.
    func join(at time: Int64, episode: ClosedRange<Int64>, _ rule: WindowParameters, _ output: inout ChainOutput) {
        if supports.isEmpty { return }
        var before: Int64?
        for event in fired[firstPlace(atOrAfter: time)...] where event.time <= episode.upperBound {
            defer { before = event.time }
            if let before, event.time - before <= rule.outerTimespan { continue }
            let start = output.begin()
            addSupports(from: episode.lowerBound, through: event.time, after: nil, rule, &output)
            output.end(event, isMatch: false, from: start)
        }
    }

    private func handOn(
        _ marks: Span<EvidenceMark>, reach: Int64, from first: Int, through last: Int64, _ rule: WindowParameters,
        _ output: inout ChainOutput
    ) {
        if first == fired.count || marks.isEmpty { return }
        var newest = Int64.min
        for index in marks.indices { newest = max(newest, marks[index].time) }
        var before: Int64?
        for event in fired[first...] {
            if event.time - reach > newest || event.time > last { return }
            defer { before = event.time }
            if let before, event.time - before <= rule.outerTimespan { continue }
            let start = output.begin()
            for index in marks.indices where marks[index].time >= event.time - reach { output.add(marks[index]) }
            output.end(event, isMatch: false, from: start)
        }
    }

    /// The place of the first firing event that is not before `event`. Constant time if there is none.
    private func firstPlace(from event: FiringEvent) -> Int {
        guard let last = fired.last, !(last < event) else { return fired.count }
        var low = 0
        var high = fired.count - 1
        while low < high {
            let middle = (low + high) / 2
            if fired[middle] < event { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The place of the first firing event at or after `time`. Constant time if there is none.
    private func firstPlace(atOrAfter time: Int64) -> Int { firstPlace(from: FiringEvent(time: time, sequence: .min)) }

    // MARK: Forgetting

    /// Forgets that events before `time` have fired: they are retained no longer, so cannot fire again.
    mutating func forget(firedBefore time: Int64) {
        let count = firstPlace(atOrAfter: time)
        if count > 0 { fired.removeFirst(count) }
    }

    /// Forgets an episode that is over.
    mutating func forget(from first: Int64, through last: Int64) {
        fired.removeAll { first <= $0.time && $0.time <= last }
        supports.removeAll { first <= $0.anchor && $0.anchor <= last }
    }

    /// Drops what is too old for any firing event to come; of still too many, the half with the older matches, whose evidence
    /// then does not reach findings beyond this rule.
    private mutating func dropSupports(watermark: Int64, _ rule: WindowParameters) {
        supports.removeAll { $0.evidence.time < watermark - rule.reach }
        if supports.count > rule.maximumRetained { supports.removeFirst(supports.count - rule.maximumRetained / 2) }
        compactionSize = max(Self.minimumCompactionSize, Int32(clamping: supports.count * 2))
    }
}
