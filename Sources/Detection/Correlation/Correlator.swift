public import EventModel

/// Moves the windows of all rules over the stream of matches, on event time.
///
/// **Episodes.** For each rule and group, an episode is a maximal run of matching events in which no two neighbours are further
/// apart than the rule's timespan. If anywhere in it the rule's condition holds for events within one timespan, the episode is
/// one finding, which later events of the episode extend; when the window has emptied the rule is armed again.
///
/// **Order.** A finding is raised as soon as its condition holds on what has arrived. Yet for events that arrive within the
/// lateness allowed to their source (`EventClock`), the findings of a finished stream are a function of the set of events: their
/// order changes neither which there are, nor their groups, counts, times or evidence. For that, an episode that reaches its
/// condition while another of its group is raised waits until no event that comes in time can join the two
/// (`EventClock.watermark`). Events that come later are counted in as well as still possible, and as late.
///
/// **Waiting.** What is computed from numbers goes up and down, and an absence is one only when its time is over. So a window of
/// these types is judged when the watermark has passed what could still change it, and a rule with `suppress` waits until it is
/// certain which finding keeps back which (`PendingWindow`, `WindowTable.raise`). Nothing builds on a rule that is judged late:
/// the rules above would get its matches when their own time is over.
///
/// **Chains.** A correlation may build on others. Each *firing event* of an inner one, one at which its condition holds in the
/// window that ends with it, is a match for the outer one, with the event's time and number and the values of the inner group.
/// What fires depends on the set of events alone, and so does what the outer one finds: a late event can make others fire, which
/// is then told once, as a match that comes late. A condition holds from its `Threshold` on, so that nothing is taken back. An
/// outer finding counts its own matches; its evidence is the events of base rules that these rest on (`ChainState`).
///
/// **Determinism.** A function of its input: no clock of the machine, no chance. The same matches in the same order give the
/// same changes, whatever the batches they come in, and a snapshot restored goes on as its original. So after a crash the last
/// snapshot and the stored events since give the state back, finding ids included (`ReplayPlan`).
///
/// **Telling.** A finding is told as a whole, evidence included, and a busy one changes with every event. So counting only marks
/// what has changed; `takeChanges` tells each finding once, in its state by then, however often it changed since it was last
/// told. What is told last of a finding, and which findings there are, does not depend on how often changes are taken.
///
/// **Memory.** Bounded by `CorrelatorLimits`. When all rules together have too many groups, the rule with the most gives one up,
/// within an eighth (`TableSizes`), so that a flood of keys in one rule cannot push out another's. What a full
/// table gives up is its group idle for longest in event time; an episode lost that way may be found twice, or not at all, and
/// is counted.
public struct Correlator: Sendable {
    public private(set) var ruleSet: RuleSet
    public private(set) var clock: EventClock
    /// Every event up to this sequence number has been processed.
    public private(set) var through: Int64
    public let limits: CorrelatorLimits
    private(set) var tables: [WindowTable]
    /// By the rule's place; nil for those that are not behavioural.
    var behaviours: [BehaviourTable?]
    /// The watermark at which something is due next in any table.
    private var nextDue: Int64 = .min
    private var groupCount = 0
    private(set) var sizes = TableSizes()
    /// The tables that have something to tell, in the order in which they came to it.
    private var touched: [Int] = []
    /// What was not taken when the rules were replaced.
    private var untaken: [FindingChange] = []
    /// Empty arrays with memory of their own, one for each level of chains that hands on at a time.
    private var spareEvidence: [[EvidenceMark]] = []
    /// Of no use but to have memory read.
    private var touchedSum: UInt64 = 0
    /// Matches whose groups are read ahead: more than a core has reads under way.
    private static let touchedAhead = 32
    /// Whether a finding was raised that has not been taken yet.
    public private(set) var hasRaised = false

    /// - Parameter lateness: the largest `Source.allowedLateness` of all sources, in microseconds.
    public init(ruleSet: RuleSet, lateness: Int64, limits: CorrelatorLimits = CorrelatorLimits()) {
        self.init(ruleSet: ruleSet, clock: EventClock(lateness: lateness), through: 0, limits: limits, saved: [])
    }

    /// A correlator with the saved tables of those rules that are still the same.
    init(
        ruleSet: RuleSet, clock: EventClock, through: Int64, limits: CorrelatorLimits, saved: [WindowTable],
        sizes: TableSizes = TableSizes(), behaviours formerBehaviours: [BehaviourTable] = []
    ) {
        self.ruleSet = ruleSet
        self.sizes = sizes
        self.clock = clock
        self.through = through
        self.limits = limits
        tables = ruleSet.findingRules.map { WindowTable(rule: $0, lateness: clock.lateness, limits: limits) }
        for table in saved {
            guard let place = ruleSet.place(of: table.rule.summary.id, fingerprint: table.rule.fingerprint) else { continue }
            tables[place].takeOver(table)
            groupCount += table.liveGroups
        }
        behaviours = ruleSet.findingRules.map { rule in
            guard let behaviour = rule.behaviour else { return nil }
            let former = formerBehaviours.first { $0.rule.summary.id == rule.summary.id }
            // Other words, or another condition, go on with what was learned.
            if let former, former.behaviour.stateFingerprint == behaviour.stateFingerprint {
                return former.going(on: rule, behaviour)
            }
            return BehaviourTable(rule: rule, behaviour: behaviour)
        }
        for place in tables.indices { noteChanges(of: place) }
        nextDue = behaviours.compactMap { $0?.nextDue }.min() ?? .min
    }

    /// Goes over to new rules: state of rules that did not change is kept, of others it is dropped. What was not taken yet stays
    /// to be taken, of rules that are gone too.
    public mutating func replace(ruleSet: RuleSet) {
        let changes = takeChanges()
        self = Correlator(
            ruleSet: ruleSet, clock: clock, through: through, limits: limits, saved: tables,
            behaviours: behaviours.compactMap { $0 })
        untaken = changes
        hasRaised = changes.contains { $0.kind == .raised }
    }

    /// Counts the matches of one stored batch, and tells what has changed.
    ///
    /// - Returns: as `takeChanges`.
    public mutating func process(_ batch: MatchBatch) -> [FindingChange] {
        count(batch)
        return takeChanges()
    }

    /// Counts the matches of one stored batch. Batches come in the order of the store. What has changed can be taken now or
    /// later (`takeChanges`, `takeRaised`).
    public mutating func count(_ batch: MatchBatch) {
        // Matches made by the rules before a reload count for the rules that are still the same.
        let translation = batch.ruleSet === ruleSet ? nil : batch.ruleSet.findingRules.map {
            ruleSet.place(of: $0.summary.id, fingerprint: $0.fingerprint)
        }
        // What the store had already is not in a replay, and must not count.
        let source = batch.through > 0
            ? clock.begin(batch.source, lateness: batch.allowedLateness, receivedAt: batch.receivedAt) : nil
        let text = batch.text.span
        var touched = 0
        for (number, match) in batch.events.enumerated() {
            if number == touched, translation == nil { touched = touch(batch.events, from: touched) }
            let now = observe(match.clock, source)
            guard let place = translation.map({ $0[Int(match.rule)] }) ?? Int(match.rule) else { continue }
            let values = text.extracting(Int(match.textStart)..<Int(match.textEnd))
            if behaviours[place] != nil {
                judge(match, of: place, text: values, now: now)
            } else {
                insert(match, into: place, text: values, now: now)
            }
        }
        for (rule, count) in batch.missingGroupValue {
            guard let place = translation.map({ $0[Int(rule)] }) ?? Int(rule) else { continue }
            tables[place].statistics.missingGroupValue += count
        }
        for (rule, count) in batch.nonNumericValues {
            guard let place = translation.map({ $0[Int(rule)] }) ?? Int(rule) else { continue }
            tables[place].statistics.nonNumericValues += count
        }
        through = max(through, batch.through)
        _ = observe(batch.clock, source)
    }

    /// Reads what the next matches will need of their groups, one kind of memory after the other: the reads of one kind do not
    /// wait for each other, so that the time of a miss, most of what a match of a large table costs, is spent once for all.
    ///
    /// - Returns: the number of the first match that was not looked at.
    private mutating func touch(_ events: [MatchedEvent], from start: Int) -> Int {
        let end = min(start + Self.touchedAhead, events.count)
        var slots = InlineArray<32, UInt32>(repeating: GroupIndex.none)
        for number in start..<end { slots[number - start] = tables[Int(events[number].rule)].guess(events[number].group) }
        var sum: UInt64 = 0
        for number in start..<end where slots[number - start] != GroupIndex.none {
            sum &+= tables[Int(events[number].rule)].touch(slots[number - start])
        }
        for number in start..<end where slots[number - start] != GroupIndex.none {
            sum &+= tables[Int(events[number].rule)].touchEvents(slots[number - start])
        }
        touchedSum = sum
        return end
    }

    /// Counts a match for a rule, and what fires through it for the rules that build on that one: these stand behind it, so the
    /// descent ends.
    private mutating func insert(
        _ match: MatchedEvent, into place: Int, text: Span<UInt8>, supports: Span<EvidenceMark> = Span(), now: WindowTable.Now
    ) {
        let before = tables[place].liveGroups
        tables[place].insert(match, text: text, supports: supports, now: now)
        nextDue = min(nextDue, tables[place].nextDue)
        groupCount += tables[place].liveGroups - before
        if groupCount > limits.groups { evict(for: place, now) }
        noteChanges(of: place)
        if tables[place].hasOutput { handOn(from: place, group: match.group, text: text, now: now) }
    }

    /// Counts a match of a behavioural rule if it is unusual.
    private mutating func judge(_ match: MatchedEvent, of place: Int, text: Span<UInt8>, now: WindowTable.Now) {
        let unusual = behaviours[place]?.take(match, text: text, watermark: now.watermark) ?? []
        nextDue = min(nextDue, behaviours[place]?.nextDue ?? .max)
        insert(unusual, into: place, now)
    }

    private mutating func insert(_ unusual: [UnusualEvent], into place: Int, _ now: WindowTable.Now) {
        for event in unusual {
            var match = event.match
            match.rule = UInt32(place)
            insert(match, into: place, text: event.text.span, now: now)
        }
    }

    /// Tells the correlations that build on a rule what one event, of the group with this key and these values, has made fire.
    private mutating func handOn(from place: Int, group: GroupKey, text: Span<UInt8>, now: WindowTable.Now) {
        let output = tables[place].takeOutput()
        for consumer in ruleSet.chains[place] {
            if consumer.hasSameGroups {
                handOn(output, to: consumer, group: group, text: text, value: 0, now: now)
            } else if let outer = consumer.group(of: text) {
                if let value = outer.value {
                    handOn(output, to: consumer, group: outer.key, text: outer.text.span, value: value, now: now)
                } else {
                    tables[consumer.findingRule].statistics.nonNumericValues += output.items.count { $0.isMatch }
                }
            } else {
                tables[consumer.findingRule].statistics.missingGroupValue += output.items.count { $0.isMatch }
            }
        }
        tables[place].returnOutput(output)
    }

    private mutating func handOn(
        _ output: ChainOutput, to consumer: ChainConsumer, group: GroupKey, text: Span<UInt8>, value: UInt64,
        now: WindowTable.Now
    ) {
        let outer = consumer.findingRule
        var evidence = spareEvidence.popLast() ?? []
        for mark in output.evidence { evidence.append(consumer.translate(mark)) }
        for item in output.items {
            let supports = evidence.span.extracting(item.start..<item.end)
            if item.isMatch {
                let match = MatchedEvent(
                    rule: UInt32(outer), steps: consumer.steps, step: consumer.step,
                    time: Timestamp(microseconds: item.event.time), sequence: item.event.sequence, clock: clock.latest,
                    group: group, textStart: 0, textEnd: 0, value: value)
                insert(match, into: outer, text: text, supports: supports, now: now)
            } else {
                tables[outer].support(group, supports, steps: consumer.steps, anchor: item.event.time, now: now)
                noteChanges(of: outer)
                if tables[outer].hasOutput { handOn(from: outer, group: group, text: text, now: now) }
            }
        }
        evidence.removeAll(keepingCapacity: true)
        spareEvidence.append(evidence)
    }

    /// Moves event time on without an event: when no source has anything new, so that findings that wait are raised and memory
    /// is freed. Pass `clock.latest` plus the time for which nothing arrived; state that events would need that come after all,
    /// and belong before `time` minus the lateness, may be gone then. The next event sets the watermark anew.
    ///
    /// This is not in the store. Whoever stores the changes returned stores a snapshot with them, or a replay may raise them
    /// later (with the same ids).
    ///
    /// - Returns: as `takeChanges`.
    public mutating func advance(to time: Timestamp) -> [FindingChange] {
        clock.pass(to: time)
        let now = now(lateBefore: .min)
        if now.watermark > nextDue { advanceTables(now) }
        return takeChanges()
    }

    /// Moves the clock to what an event of a batch says, and the tables with it.
    private mutating func observe(_ time: Timestamp, _ source: EventClock.Position?) -> WindowTable.Now {
        guard let source else { return now(lateBefore: .min) }
        let before = clock.watermark
        clock.observe(time, at: source)
        let now = now(lateBefore: clock.sources[source.place].watermark.microseconds)
        if clock.watermark < before { rewind(now) }
        if now.watermark > nextDue { advanceTables(now) }
        return now
    }

    // MARK: Telling

    /// Whether anything has changed that has not been taken yet.
    public var hasChanges: Bool { !touched.isEmpty || !untaken.isEmpty }

    /// Tells the findings raised or extended since they were last told, each in its state now. Those of one rule that have
    /// ended meanwhile come before its others.
    public mutating func takeChanges() -> [FindingChange] {
        var changes = untaken
        untaken = []
        for place in touched {
            let start = changes.count
            tables[place].takeChanges(&changes)
            explain(&changes, from: start, of: place)
            tables[place].isTouched = false
        }
        touched.removeAll(keepingCapacity: true)
        hasRaised = false
        return changes
    }

    /// Tells only the findings that nobody was told of yet, each in its state now. Later states of known ones stay to be taken.
    public mutating func takeRaised() -> [FindingChange] {
        if !hasRaised { return [] }
        var changes = untaken.filter { $0.kind == .raised }
        untaken.removeAll { $0.kind == .raised }
        for place in touched where tables[place].hasRaised {
            let start = changes.count
            tables[place].takeRaised(&changes)
            explain(&changes, from: start, of: place)
            tables[place].isTouched = tables[place].hasChanges
        }
        touched.removeAll { !tables[$0].isTouched }
        hasRaised = false
        return changes
    }

    /// Says of a behavioural rule's findings why they are unusual.
    private func explain(_ changes: inout [FindingChange], from start: Int, of place: Int) {
        guard let behaviour = behaviours[place] else { return }
        for number in start..<changes.count { behaviour.explain(&changes[number].finding) }
    }

    /// Takes what has changed without telling it: for a replay of what has been told before.
    public mutating func discardChanges() {
        untaken = []
        for place in touched {
            tables[place].discardChanges()
            tables[place].isTouched = false
        }
        touched.removeAll(keepingCapacity: true)
        hasRaised = false
    }

    /// Takes note of what a table has to tell, after it may have changed.
    private mutating func noteChanges(of place: Int) {
        if tables[place].hasRaised { hasRaised = true }
        if tables[place].isTouched || !tables[place].hasChanges { return }
        tables[place].isTouched = true
        touched.append(place)
    }

    // MARK: Tables

    /// A source that is behind has become active.
    private mutating func rewind(_ now: WindowTable.Now) {
        for place in tables.indices { tables[place].rewind(now) }
        nextDue = min(tables.map(\.nextDue).min() ?? .max, behaviours.lazy.compactMap { $0?.nextDue }.min() ?? .max)
    }

    /// What each rule's correlation has done so far, in the order of `ruleSet.findingRules`.
    public var statistics: [(rule: RuleSummary, statistics: RuleStatistics)] {
        tables.map { table in
            var statistics = table.statistics
            statistics.liveGroups = table.liveGroups
            return (table.rule.summary, statistics)
        }
    }

    /// Live groups of all rules.
    public var liveGroups: Int { groupCount }

    private func now(lateBefore: Int64) -> WindowTable.Now {
        WindowTable.Now(
            watermark: clock.watermark.microseconds, latest: clock.latest.microseconds, lateBefore: lateBefore)
    }

    private mutating func advanceTables(_ now: WindowTable.Now) {
        nextDue = .max
        for place in tables.indices {
            if tables[place].nextDue < now.watermark {
                let before = tables[place].liveGroups
                tables[place].advance(now)
                groupCount += tables[place].liveGroups - before
                noteChanges(of: place)
            }
            nextDue = min(nextDue, tables[place].nextDue)
        }
        for place in behaviours.indices where behaviours[place] != nil {
            if (behaviours[place]?.nextDue ?? .max) <= now.watermark {
                insert(behaviours[place]?.advance(watermark: now.watermark) ?? [], into: place, now)
            }
            nextDue = min(nextDue, tables[place].nextDue, behaviours[place]?.nextDue ?? .max)
        }
    }

    /// Takes a group from the rule that has the most, or nearly so, after one was added for a rule.
    private mutating func evict(for place: Int, _ now: WindowTable.Now) {
        let largest = sizes.largest(tables, grown: place)
        let before = tables[largest].liveGroups
        tables[largest].evict(now)
        groupCount += tables[largest].liveGroups - before
        noteChanges(of: largest)
    }
}
