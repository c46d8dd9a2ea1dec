import EventModel

// Hot path.

/// All live groups of one rule.
///
/// A group's first event lives in its slot alone (40 bytes, and 6 to 11 of index); only a second one makes a `GroupState`. What
/// is over is found by the expiry wheel, never by a walk over the groups.
struct WindowTable: Sendable {
    /// When an event arrives.
    struct Now: Sendable {
        /// Before it no event is expected any more.
        var watermark: Int64
        /// The newest credible time seen.
        var latest: Int64
        /// Events before it come later than their source may.
        var lateBefore: Int64
    }

    let rule: FindingRule
    let parameters: WindowParameters
    var statistics = RuleStatistics()
    private(set) var slots: [GroupSlot] = []
    private(set) var states: [GroupState] = []
    private(set) var wheel: ExpiryWheel
    private var index = GroupIndex()
    private var freeSlot = GroupSlot.none
    private var freeStates: [UInt32] = []
    /// Slots with a changed finding, told at the end of the batch.
    private var dirty: [UInt32] = []
    private let maximumGroups: Int
    /// What the events inserted since the last `takeOutput` have to tell the correlations that build on the rule.
    private var output = ChainOutput()

    init(rule: FindingRule, lateness: Int64, limits: CorrelatorLimits) {
        self.rule = rule
        parameters = WindowParameters(rule, maximumRetained: limits.retainedEventsPerGroup)
        wheel = ExpiryWheel(horizon: Self.clamp(rule.timespan) + Self.clamp(lateness))
        maximumGroups = min(limits.groupsPerRule, Int(GroupSlot.none) - 1)
    }

    var liveGroups: Int { index.count }
    var hasChanges: Bool { !dirty.isEmpty }
    /// The watermark at which something may be due.
    var nextDue: Int64 { wheel.nextDue }

    /// Far enough from an integer's ends that a timespan can be added.
    private static func clamp(_ time: Int64) -> Int64 { min(max(time, Int64.min / 4), Int64.max / 4) }

    // MARK: Events

    /// Counts an event in. What it raises or changes is told by `takeChanges`; what ends meanwhile goes to `changes` at once.
    ///
    /// - Parameter supports: the evidence that comes with the match of an inner correlation.
    mutating func insert(
        _ match: MatchedEvent, text: ArraySlice<UInt8>, supports: ArraySlice<EvidenceMark> = [], now: Now,
        _ changes: inout [FindingChange]
    ) {
        let time = Self.clamp(match.time.microseconds)
        let isLate = time < now.lateBefore
        if match.countsEvent {
            statistics.matches += 1
            if isLate { statistics.late += 1 }
        }
        let mark = EventMark(sequence: match.sequence, step: Int(match.step))
        let event = RetainedEvent(time: time, mark: mark, detail: detail(match))
        // A time in the future does not keep its group alive for longer than the newest credible one would; a late event does
        // so for a timespan from now on, so that others as late, a file read long after, say, still meet.
        let deadline = max(now.watermark, min(time, now.latest)) + parameters.timespan
        let isPlain = time <= now.latest && time >= now.watermark && !isLate && event.detail == inlineDetail(mark)
            && !parameters.isInner(mark.step)

        var slot = index.find(match.group, slots)
        if slot == GroupSlot.none {
            if index.count >= maximumGroups { evict(now, &changes) }
            slot = allocate(GroupSlot(
                key: match.group, time: time, mark: mark, next: GroupSlot.none, state: GroupSlot.none))
            slots[Int(slot)].next = wheel.link(slot, deadline: deadline, watermark: now.watermark)
            if isPlain, parameters.threshold > 1 { return }
            slots[Int(slot)].state = allocateState()
        } else if slots[Int(slot)].state == GroupSlot.none {
            let single = slots[Int(slot)]
            if single.time + parameters.timespan < now.watermark, isPlain {
                // The earlier event's episode is over: the slot serves the new one.
                slots[Int(slot)].time = time
                slots[Int(slot)].mark = mark
                return
            }
            expand(slot)
        }
        bury(slot, now, &changes)
        let place = Int(slots[Int(slot)].state)
        let arrival = GroupState.Arrival(
            event: event, countsEvent: match.countsEvent, deadline: deadline, isLate: isLate, text: text, supports: supports)
        let episode = states[place].insert(arrival, watermark: now.watermark, parameters, &output)
        raise(slot, episode, now)
        if states[place].markDirty(episode) { dirty.append(slot) }
    }

    /// Takes in more evidence for a match of an inner correlation.
    mutating func support(_ group: GroupKey, _ marks: ArraySlice<EvidenceMark>, anchor: Int64, now: Now) {
        let slot = index.find(group, slots)
        // The group may have been given up meanwhile.
        guard slot != GroupSlot.none, slots[Int(slot)].state != GroupSlot.none else { return }
        let place = Int(slots[Int(slot)].state)
        guard
            let episode = states[place].support(marks, anchor: anchor, watermark: now.watermark, parameters, &output)
        else { return }
        if states[place].markDirty(episode) { dirty.append(slot) }
    }

    /// What other correlations have to be told; empty unless some build on this rule.
    mutating func takeOutput() -> ChainOutput {
        if output.isEmpty { return ChainOutput() }
        defer { output = ChainOutput() }
        return output
    }

    private func detail(_ match: MatchedEvent) -> UInt64 {
        switch parameters.kind {
        case .event, .eventCount: 0
        case .valueCount: match.value
        case .temporal, .temporalOrdered: match.steps
        }
    }

    /// What `RetainedEvent.detail` is if the mark alone tells it. A counted value has no place in a slot.
    private func inlineDetail(_ mark: EventMark) -> UInt64? {
        switch parameters.kind {
        case .event, .eventCount: 0
        case .valueCount: nil
        case .temporal, .temporalOrdered: 1 &<< UInt64(mark.step)
        }
    }

    /// Gives a slot with a single event, which came in time, a state of its own.
    private mutating func expand(_ slot: UInt32) {
        let single = slots[Int(slot)]
        let event = RetainedEvent(time: single.time, mark: single.mark, detail: inlineDetail(single.mark) ?? 0)
        let state = allocateState()
        slots[Int(slot)].state = state
        // One event alone reaches no condition that it could have been kept in a slot for.
        _ = states[Int(state)].insert(
            GroupState.Arrival(event: event, deadline: single.time + parameters.timespan), watermark: .min / 2, parameters,
            &output)
    }

    /// Raises the finding of an episode that has reached its condition, unless it has to wait.
    private mutating func raise(_ slot: UInt32, _ place: Int, _ now: Now) {
        let state = Int(slots[Int(slot)].state)
        guard !rule.isSilent, states[state].episodes[place].isSatisfied, states[state].episodes[place].finding == nil,
            !states[state].mustWait(place, watermark: now.watermark, parameters)
        else { return }
        let episode = states[state].episodes[place]
        states[state].raise(place, uid: FindingText.uid(rule, episode, hasEvicted: statistics.evictions > 0))
        statistics.findings += 1
        dirty.append(slot)
    }

    // MARK: Time

    /// Ends what is over at the watermark, and raises what waited for it.
    mutating func advance(_ now: Now, _ changes: inout [FindingChange]) {
        if wheel.isBehind(now.watermark) {
            // A source that was behind has ended: looking at each group once is cheaper than turning the wheel all the way.
            let members = wheel.buckets(slots).flatMap(\.slots)
            wheel = ExpiryWheel(width: wheel.width)
            for slot in members { settle(slot, now, &changes) }
        }
        while let slot = wheel.popDue(watermark: now.watermark, slots) {
            settle(slot, now, &changes)
        }
    }

    /// Frees a slot taken out of the wheel if it is over, or puts it back.
    private mutating func settle(_ slot: UInt32, _ now: Now, _ changes: inout [FindingChange]) {
        if slots[Int(slot)].state == GroupSlot.none {
            if deadline(of: slot) < now.watermark {
                release(slot)
                return
            }
        } else {
            bury(slot, now, &changes)
            let state = Int(slots[Int(slot)].state)
            if states[state].episodes.isEmpty {
                release(slot)
                return
            }
        }
        slots[Int(slot)].next = wheel.link(slot, deadline: deadline(of: slot), watermark: now.watermark)
    }

    private func deadline(of slot: UInt32) -> Int64 {
        let state = slots[Int(slot)].state
        return state == GroupSlot.none
            ? slots[Int(slot)].time + parameters.timespan : states[Int(state)].deadline(parameters)
    }

    /// The watermark has moved back. If by more than the wheel can bridge, all groups are filed anew.
    mutating func rewind(_ now: Now) {
        guard wheel.isAhead(of: now.watermark) else { return }
        let members = wheel.buckets(slots).flatMap(\.slots)
        wheel = ExpiryWheel(width: wheel.width)
        for slot in members {
            slots[Int(slot)].next = wheel.link(slot, deadline: deadline(of: slot), watermark: now.watermark)
        }
    }

    /// Ends the episodes of a group that are over, and raises those that waited for one of them.
    private mutating func bury(_ slot: UInt32, _ now: Now, _ changes: inout [FindingChange]) {
        let state = Int(slots[Int(slot)].state)
        var place = 0
        while place < states[state].episodes.count {
            raise(slot, place, now)
            if states[state].episodes[place].deadline < now.watermark {
                tell(slot, place, &changes)
                states[state].remove(place, parameters)
            } else {
                place += 1
            }
        }
    }

    // MARK: Findings

    /// The findings raised or changed since the last call.
    mutating func takeChanges(_ changes: inout [FindingChange]) {
        for slot in dirty where slots[Int(slot)].state != GroupSlot.none {
            for place in states[Int(slots[Int(slot)].state)].episodes.indices { tell(slot, place, &changes) }
        }
        dirty.removeAll(keepingCapacity: true)
    }

    private mutating func tell(_ slot: UInt32, _ place: Int, _ changes: inout [FindingChange]) {
        let state = Int(slots[Int(slot)].state)
        guard let finding = states[state].episodes[place].finding, finding.isDirty else { return }
        changes.append(
            FindingChange(
                finding.isNew ? .raised : .extended,
                FindingText.finding(rule, states[state].episodes[place], uid: finding.uid)))
        states[state].markTold(place)
    }

    // MARK: Memory

    /// Gives up the group that has been idle for longest, in event time.
    mutating func evict(_ now: Now, _ changes: inout [FindingChange]) {
        // A slot's bucket may be out of date; a few are given another chance, but an eviction must not become a search.
        for attempt in 0..<8 {
            guard let slot = wheel.popEarliest(slots) else { return }
            let state = slots[Int(slot)].state
            let deadline = deadline(of: slot)
            if attempt < 7, wheel.isLater(deadline) {
                slots[Int(slot)].next = wheel.link(slot, deadline: deadline, watermark: now.watermark)
                continue
            }
            if state != GroupSlot.none {
                for place in states[Int(state)].episodes.indices { tell(slot, place, &changes) }
            }
            release(slot)
            statistics.evictions += 1
            return
        }
    }

    private mutating func allocate(_ slot: GroupSlot) -> UInt32 {
        let place: UInt32
        if freeSlot != GroupSlot.none {
            place = freeSlot
            freeSlot = slots[Int(place)].next
            slots[Int(place)] = slot
        } else {
            place = UInt32(slots.count)
            slots.append(slot)
        }
        index.insert(place, slots)
        return place
    }

    private mutating func allocateState() -> UInt32 {
        if let place = freeStates.popLast() { return place }
        states.append(GroupState())
        return UInt32(states.count - 1)
    }

    private mutating func release(_ slot: UInt32) {
        index.remove(slot, slots)
        let state = slots[Int(slot)].state
        if state != GroupSlot.none {
            states[Int(state)] = GroupState()
            freeStates.append(state)
            slots[Int(slot)].state = GroupSlot.none
        }
        slots[Int(slot)].next = freeSlot
        freeSlot = slot
    }

    // MARK: Restoring

    /// Adds a saved group to a bucket of the wheel; those of one bucket are added last to first. Without a bucket, where its
    /// time puts it.
    mutating func restore(_ saved: GroupSlot, _ state: GroupState?, bucket: Int64?, watermark: Int64) {
        let slot = allocate(saved)
        slots[Int(slot)].state = GroupSlot.none
        if let state {
            let place = allocateState()
            states[Int(place)] = state
            slots[Int(slot)].state = place
        }
        if let bucket {
            slots[Int(slot)].next = wheel.link(slot, bucket: bucket)
        } else {
            slots[Int(slot)].next = wheel.link(slot, deadline: deadline(of: slot), watermark: watermark)
        }
    }

    /// Goes on with the groups of a table of the same rule.
    mutating func takeOver(_ table: WindowTable) {
        statistics = table.statistics
        slots = table.slots
        states = table.states
        wheel = table.wheel
        index = table.index
        freeSlot = table.freeSlot
        freeStates = table.freeStates
        dirty = table.dirty
    }

    mutating func restore(cursor: Int64) { wheel.restore(cursor: cursor) }
}
