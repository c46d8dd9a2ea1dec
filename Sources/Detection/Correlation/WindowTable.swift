import EventModel

// Hot path.

/// All live groups of one rule.
///
/// A group's first event lives in its slot alone (40 bytes, and 6 to 11 of index), a few more in a run of 16 bytes each
/// (`EventRuns`); only what reaches its condition, or is out of the ordinary, has a `GroupState`. What is over is found by the
/// expiry wheel, never by a walk over the groups.
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
    var slots: [GroupSlot] = []
    var runs: EventRuns
    /// Events of the run at hand.
    var runEvents: [RetainedEvent] = []
    var states: [GroupState] = []
    private(set) var wheel: ExpiryWheel
    private(set) var index = GroupIndex()
    /// Groups with windows to be judged, or with findings that wait to be raised.
    var wakes = WakeQueue()
    private var freeSlot = GroupSlot.none
    private var freeStates: [UInt32] = []
    /// Slots in which a finding was raised since the last taking. Some may have ended since.
    var raised: [UInt32] = []
    /// Slots in which a known finding has changed since it was last told. Some may have ended since.
    var changed: [UInt32] = []
    /// Episodes that are over, or were given up, and whose findings have something to tell.
    var ended: [Episode] = []
    var suppressors = Suppressors()
    /// Whether the correlator knows that there is something to tell.
    var isTouched = false
    let maximumGroups: Int
    /// What the events inserted since the last `takeOutput` have to tell the correlations that build on the rule.
    var output = ChainOutput()

    init(rule: FindingRule, lateness: Int64, limits: CorrelatorLimits) {
        self.rule = rule
        parameters = WindowParameters(rule, maximumRetained: limits.retainedEventsPerGroup)
        runs = EventRuns(kind: rule.window)
        wheel = ExpiryWheel(horizon: Self.clamp(rule.timespan) + Self.clamp(lateness))
        maximumGroups = min(limits.groupsPerRule, Int(GroupSlot.none) - 1)
    }

    var liveGroups: Int { index.count }
    var hasChanges: Bool {
        !raised.isEmpty || !changed.isEmpty || !ended.isEmpty || !suppressors.changed.isEmpty
    }
    /// Whether a finding was raised that has not been told: what ended since is known by its slot as well.
    var hasRaised: Bool { !raised.isEmpty }
    /// Whether other correlations have to be told something.
    var hasOutput: Bool { !output.isEmpty }
    /// The watermark at which something may be due.
    var nextDue: Int64 { min(wheel.nextDue, wakes.nextDue, suppressors.nextDue) }

    /// Far enough from an integer's ends that a timespan can be added.
    private static func clamp(_ time: Int64) -> Int64 { min(max(time, Int64.min / 4), Int64.max / 4) }

    // MARK: Events

    /// Counts an event in.
    ///
    /// - Parameters:
    ///   - text: the group's values.
    ///   - supports: the evidence that comes with the match of an inner correlation.
    mutating func insert(_ match: MatchedEvent, text: Span<UInt8>, supports: Span<EvidenceMark>, now: Now) {
        let time = Self.clamp(match.time.microseconds)
        let isLate = time < now.lateBefore
        if match.countsEvent {
            statistics.matches += 1
            if isLate { statistics.late += 1 }
        }
        let step = parameters.evidenceStep(match.steps, first: Int(match.step))
        let mark = EventMark(sequence: match.sequence, step: step)
        let event = RetainedEvent(time: time, mark: mark, detail: detail(match))
        // A time in the future does not keep its group alive for longer than the newest credible one would; a late event does
        // so for a timespan from now on, so that others as late, a file read long after, say, still meet.
        let ready = max(now.watermark, min(time, now.latest))
        let deadline = ready + parameters.timespan
        var slot = index.find(match.group, slots)
        let isCompact = parameters.threshold > 1 && match.countsEvent && isPlain(event, isLate: isLate, now)
        if slot == GroupSlot.none {
            if index.count >= maximumGroups { evict(now) }
            slot = allocate(GroupSlot(
                key: match.group, time: time, mark: mark, next: GroupSlot.none, state: GroupSlot.none))
            slots[Int(slot)].next = wheel.link(slot, deadline: deadline, watermark: now.watermark)
            if isCompact {
                runs.set(event, in: &slots[Int(slot)])
                noteBeginning(slot, first: time, deadline: deadline, text: text)
                return
            }
            slots[Int(slot)].state = allocateState()
        } else if slots[Int(slot)].statePlace == nil {
            if isCompact {
                if slots[Int(slot)].time + parameters.timespan < now.watermark {
                    // The earlier events' episode is over: the slot serves the new one.
                    runs.set(event, in: &slots[Int(slot)])
                    noteBeginning(slot, first: time, deadline: deadline, text: text)
                    return
                }
                if parameters.keepsRuns, addToRun(event, slot) { return }
            }
            expand(slot)
        }
        let place = Int(slots[Int(slot)].state)
        if !states[place].isQuiet(watermark: now.watermark, parameters) {
            bury(slot, now)
            if let lost = states[place].episodeLost(at: time, parameters) { end(slot, lost) }
        }
        let arrival = GroupState.Arrival(event: event, countsEvent: match.countsEvent, deadline: deadline, isLate: isLate)
        if parameters.isDeferred {
            insertPending(arrival, ready: ready, into: slot, text: text, supports: supports, now)
            return
        }
        let episode = states[place].insert(
            arrival, text: text, supports: supports, watermark: now.watermark, parameters, &output)
        if parameters.isSilent { return }
        raise(slot, episode, now)
        noteExtension(slot, episode, text: text)
        if states[place].markDirty(episode) { changed.append(slot) }
    }

    /// Counts an event in whose window is judged later.
    private mutating func insertPending(
        _ arrival: GroupState.Arrival, ready: Int64, into slot: UInt32, text: Span<UInt8>, supports: Span<EvidenceMark>,
        _ now: Now
    ) {
        let place = Int(slots[Int(slot)].state)
        let (episode, givenUp) = states[place].insertPending(
            arrival, ready: ready, text: text, supports: supports, watermark: now.watermark, parameters)
        statistics.givenUpEvents += givenUp
        if parameters.number != nil || parameters.terms?.hasAbsence == true {
            wake(slot, from: max(arrival.event.time, ready) + parameters.decisionDelay)
        }
        guard let episode else { return }
        raise(slot, episode, now)
        noteExtension(slot, episode, text: text)
        if states[place].markDirty(episode) { changed.append(slot) }
    }

    /// Has a group looked at once the watermark is beyond `time`.
    mutating func wake(_ slot: UInt32, from time: Int64) {
        let place = Int(slots[Int(slot)].state)
        guard time < states[place].wakeTime else { return }
        states[place].wakeTime = time
        wakes.push(WakeQueue.Entry(time: time, key: slots[Int(slot)].key, slot: slot))
    }

    /// Judges the windows that no event in time can change any more, and raises the findings that waited.
    private mutating func decide(_ now: Now) {
        while let entry = wakes.popDue(watermark: now.watermark) {
            let slot = Int(entry.slot)
            // The group may be gone, and its slot may serve another; or it has been looked at before.
            guard slots[slot].key == entry.key, let state = slots[slot].statePlace else { continue }
            guard states[state].wakeTime == entry.time else { continue }
            states[state].wakeTime = .max
            if !states[state].pending.isEmpty { states[state].decide(watermark: now.watermark, parameters) }
            for place in states[state].episodes.indices { raise(entry.slot, place, now) }
            if let pending = states[state].pending.first { wake(entry.slot, from: pending.nextDecision(parameters)) }
        }
    }

    /// Whether a compact group can hold the event: it came in time, so that its time alone tells when it is over.
    private func isPlain(_ event: RetainedEvent, isLate: Bool, _ now: Now) -> Bool {
        if event.time > now.latest || event.time < now.watermark || isLate || parameters.isInner(event.mark.step) {
            return false
        }
        switch parameters.kind {
        case .event, .eventCount: return true
        case .valueCount: return parameters.keepsRuns
        case .temporal, .temporalOrdered:
            return event.detail == EventRuns.detail(of: event.mark, parameters.kind)
        case .valueSum, .valueAvg, .valuePercentile, .valueMedian: return false
        }
    }

    /// Takes in more evidence for a match of an inner correlation.
    ///
    /// - Parameter steps: what that correlation is here.
    mutating func support(_ group: GroupKey, _ marks: Span<EvidenceMark>, steps: UInt64, anchor: Int64, now: Now) {
        if !parameters.isPositive(steps) { return }
        let slot = index.find(group, slots)
        // The group may have been given up meanwhile.
        guard slot != GroupSlot.none, let place = slots[Int(slot)].statePlace else { return }
        guard
            let episode = states[place].support(marks, anchor: anchor, watermark: now.watermark, parameters, &output)
        else { return }
        if states[place].markDirty(episode) { changed.append(slot) }
    }

    /// What other correlations have to be told; empty unless some build on this rule.
    mutating func takeOutput() -> ChainOutput {
        var taken = ChainOutput()
        swap(&taken, &output)
        return taken
    }

    /// Gives back what was taken, so that its memory serves again.
    mutating func returnOutput(_ taken: consuming ChainOutput) {
        taken.removeAll()
        output = taken
    }

    private func detail(_ match: MatchedEvent) -> UInt64 {
        switch parameters.kind {
        case .event, .eventCount: 0
        case .valueCount: match.value
        case .valueSum, .valueAvg, .valuePercentile, .valueMedian: match.value
        case .temporal, .temporalOrdered: match.steps
        }
    }

    // MARK: Time

    /// Ends what is over at the watermark, and raises what waited for it.
    mutating func advance(_ now: Now) {
        decide(now)
        if wheel.isBehind(now.watermark) {
            // A source that was behind has ended: looking at each group once is cheaper than turning the wheel all the way.
            let members = wheel.buckets(slots).flatMap(\.slots)
            wheel = ExpiryWheel(width: wheel.width)
            for slot in members { settle(slot, now) }
        }
        while let slot = wheel.popDue(watermark: now.watermark, slots) {
            settle(slot, now)
        }
        if suppressors.nextDue < now.watermark { ended += suppressors.expire(watermark: now.watermark) }
    }

    /// Frees a slot taken out of the wheel if it is over, or puts it back.
    private mutating func settle(_ slot: UInt32, _ now: Now) {
        if let state = slots[Int(slot)].statePlace {
            bury(slot, now)
            if states[state].episodes.isEmpty, states[state].lastUse < now.watermark {
                release(slot)
                return
            }
        } else if deadline(of: slot) < now.watermark {
            release(slot)
            return
        }
        slots[Int(slot)].next = wheel.link(slot, deadline: deadline(of: slot), watermark: now.watermark)
    }

    private func deadline(of slot: UInt32) -> Int64 {
        guard let state = slots[Int(slot)].statePlace else { return slots[Int(slot)].time + parameters.timespan }
        return states[state].deadline(parameters)
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
    private mutating func bury(_ slot: UInt32, _ now: Now) {
        let state = Int(slots[Int(slot)].state)
        var place = 0
        while place < states[state].episodes.count {
            if states[state].episodes[place].deadline < now.watermark { states[state].decide(place, parameters) }
            raise(slot, place, now)
            if states[state].episodes[place].deadline < now.watermark {
                end(slot, place)
                states[state].remove(place, parameters)
            } else {
                place += 1
            }
        }
    }

    // MARK: Findings

    /// Tells the findings raised or changed since they were last told.
    mutating func takeChanges(_ changes: inout [FindingChange]) {
        for episode in ended { Self.tell(episode, rule, &changes) }
        ended.removeAll(keepingCapacity: true)
        for slot in raised { tell(slot, onlyRaised: false, &changes) }
        raised.removeAll(keepingCapacity: true)
        for slot in changed { tell(slot, onlyRaised: false, &changes) }
        changed.removeAll(keepingCapacity: true)
        for episode in suppressors.takeChanged() { Self.tell(episode, rule, &changes) }
    }

    /// Tells the findings raised and never told.
    mutating func takeRaised(_ changes: inout [FindingChange]) {
        for episode in ended where episode.isUntold { Self.tell(episode, rule, &changes) }
        ended.removeAll { $0.isUntold }
        for slot in raised { tell(slot, onlyRaised: true, &changes) }
        raised.removeAll(keepingCapacity: true)
    }

    /// Counts as told what has not been.
    mutating func discardChanges() {
        for slots in [raised, changed] {
            for slot in slots { markTold(slot) }
        }
        ended.removeAll(keepingCapacity: true)
        raised.removeAll(keepingCapacity: true)
        changed.removeAll(keepingCapacity: true)
        _ = suppressors.takeChanged()
    }

    private mutating func tell(_ slot: UInt32, onlyRaised: Bool, _ changes: inout [FindingChange]) {
        // The slot may have been freed since, or serve another group.
        guard let state = slots[Int(slot)].statePlace else { return }
        for place in states[state].episodes.indices where !onlyRaised || states[state].episodes[place].isUntold {
            Self.tell(states[state].episodes[place], rule, &changes)
            states[state].markTold(place)
        }
    }

    private static func tell(_ episode: Episode, _ rule: FindingRule, _ changes: inout [FindingChange]) {
        guard let finding = episode.finding, finding.isDirty else { return }
        changes.append(
            FindingChange(finding.isNew ? .raised : .extended, FindingText.finding(rule, episode, uid: finding.uid)))
    }

    private mutating func markTold(_ slot: UInt32) {
        guard let state = slots[Int(slot)].statePlace else { return }
        for place in states[state].episodes.indices { states[state].markTold(place) }
    }

    // MARK: Memory

    /// Gives up the group that has been idle for longest, in event time.
    mutating func evict(_ now: Now) {
        // A slot's bucket may be out of date; a few are given another chance, but an eviction must not become a search.
        for attempt in 0..<8 {
            guard let slot = wheel.popEarliest(slots) else { return }
            let deadline = deadline(of: slot)
            if attempt < 7, wheel.isLater(deadline) {
                slots[Int(slot)].next = wheel.link(slot, deadline: deadline, watermark: now.watermark)
                continue
            }
            if let state = slots[Int(slot)].statePlace {
                for place in states[state].episodes.indices { end(slot, place) }
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
            slots.growByQuarter(for: 1)
            slots.append(slot)
        }
        index.insert(place, slots)
        return place
    }

    mutating func allocateState() -> UInt32 {
        if let place = freeStates.popLast() { return place }
        states.growByQuarter(for: 1)
        states.append(GroupState())
        return UInt32(states.count - 1)
    }

    private mutating func release(_ slot: UInt32) {
        index.remove(slot, slots)
        if let state = slots[Int(slot)].statePlace {
            states[state] = GroupState()
            freeStates.append(UInt32(state))
            slots[Int(slot)].state = GroupSlot.none
        } else {
            runs.release(&slots[Int(slot)].state)
        }
        slots[Int(slot)].next = freeSlot
        freeSlot = slot
    }

    // MARK: Restoring

    /// Adds a saved group to a bucket of the wheel; those of one bucket are added last to first. Without a bucket, where its
    /// time puts it.
    ///
    /// - Parameter events: of a compact group, which has no state.
    mutating func restore(
        _ key: GroupKey, _ events: [RetainedEvent], _ state: GroupState?, bucket: Int64?, watermark: Int64
    ) {
        let slot = allocate(
            GroupSlot(key: key, time: 0, mark: EventMark(rawValue: 0), next: GroupSlot.none, state: GroupSlot.none))
        if !events.isEmpty { runs.store(events, in: &slots[Int(slot)]) }
        if let state {
            let place = allocateState()
            states[Int(place)] = state
            slots[Int(slot)].state = place
            if state.episodes.contains(where: \.isUntold) { raised.append(slot) }
            if state.episodes.contains(where: { $0.finding?.isDirty == true }) { changed.append(slot) }
        }
        if let state, state.wakeTime < .max {
            wakes.push(WakeQueue.Entry(time: state.wakeTime, key: key, slot: slot))
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
        runs = table.runs
        states = table.states
        wheel = table.wheel
        index = table.index
        wakes = table.wakes
        suppressors = table.suppressors
        freeSlot = table.freeSlot
        freeStates = table.freeStates
        raised = table.raised
        changed = table.changed
        ended = table.ended
    }

    mutating func restore(cursor: Int64) { wheel.restore(cursor: cursor) }
}
