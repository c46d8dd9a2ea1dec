public import EventModel

// Hot path. What is worked with is kept from one match to the next: a match allocates nothing.

/// Copies out of a stored batch what correlation needs of the events that matched.
///
/// - An event that the store already had (sequence 0) does not count again, and does not move the clock.
/// - A field that has several names in the rule's products is the first of them that has a value (`GroupingField`).
/// - An event without a value in a group-by field does not count; `MatchBatch.missingGroupValue` says how often.
/// - A field with several values in one event (an array) puts the event into one group for each distinct value; with several
///   such fields, into one for each combination, up to `maximumGroups`.
/// - An event that matches several base rules of one correlation counts once for each of its groups.
/// - An event of a drill counts in groups of that drill's own.
/// - An event counts with each distinct value of the field that is counted, with each combination of several fields' values (up
///   to `maximumGroups`), or with each distinct number. An event without a value counts as missing; values that are no numbers
///   where numbers are asked for are ignored, and counted in `MatchBatch.nonNumericValues`.
public struct MatchExtractor {
    /// Groups that one event may count for: enough for the targets of one sharing action, too few for a hostile record to
    /// flood the windows.
    public static let maximumGroups = 64
    /// How far ahead of this machine's clock an event time is believed. Times further ahead do not move the clock, or one wrong
    /// record would make all others late.
    public static let maximumSkew: Int64 = 600_000_000
    /// An e-mail address, or a network address, with its head (`GroupText`).
    private static let usualTextBytes = 32

    /// The values of the fields at hand, field after field; they point into the batch that is being extracted.
    private var values: [UnsafeRawBufferPointer] = []
    /// Where in `values` each field's begin, and where the last one's end.
    private var starts: [Int] = []
    /// For each field, which of its values is chosen: a place in `values`.
    private var chosen: [Int] = []
    /// The hashes of the values that are counted; 0 alone if none are.
    private var counted: [UInt64] = []
    /// The keys of one field's values.
    private var keys: [GroupKey] = []
    private var folded: [UInt8] = []
    /// Which events are of drills: those that are known before the batches that hold their events.
    public var drills = DrillMarks()

    public init() {}

    /// - Parameter matches: what the `Detector` found in `stored.batch`, in order of rows, with this rule set.
    public mutating func extract(_ stored: StoredBatch, matches: [RuleMatch], ruleSet: RuleSet) -> MatchBatch {
        let batch = stored.batch
        let source = batch.source
        var result = MatchBatch(
            ruleSet: ruleSet, source: source.name, allowedLateness: source.allowedLateness, receivedAt: batch.receivedAt)
        if !matches.isEmpty {
            result.events.reserveCapacity(matches.count)
            result.text.reserveCapacity(matches.count * Self.usualTextBytes)
        }
        let mayHoldDrills = !drills.isEmpty && drills.mayHold(batch.receivedAt)
        var next = 0
        for row in batch.rows.indices {
            let first = next
            while next < matches.count, Int(matches[next].row) == row { next += 1 }
            let sequence = stored.sequences[row]
            if sequence == 0 { continue }
            result.through = max(result.through, sequence)
            observe(batch.rows[row], receivedAt: batch.receivedAt, &result)
            if first == next { continue }
            let drill = mayHoldDrills ? drills.id(in: batch[row].raw, receivedAt: batch.receivedAt) : nil
            let event = Matching(
                batch: batch, row: batch.rows[row], sequence: sequence, first: result.events.count, drill: drill)
            for place in first..<next {
                for consumer in ruleSet.consumers[Int(matches[place].rule)] { count(event, for: consumer, &result) }
            }
        }
        values.removeAll(keepingCapacity: true)
        return result
    }

    /// An event that matched.
    private struct Matching {
        let batch: EventBatch
        let row: EventRow
        let sequence: Int64
        /// Where in `MatchBatch.events` its matches begin.
        let first: Int
        /// The id of its drill, as it stands in the batch.
        let drill: UnsafeRawBufferPointer?

        /// Ends the values of a group.
        @inline(__always)
        func mark(_ text: inout [UInt8]) {
            if let drill { GroupText.append(drill, field: GroupText.drillField, to: &text) }
        }

        var vendorFields: Range<Int> { Int(row.vendorStart)..<Int(row.vendorEnd) }
        var ocsfFields: Range<Int> { Int(row.ocsfStart)..<Int(row.ocsfEnd) }
    }

    /// Moves the clock on. A record without a time of its own has that of its receipt, which says nothing about how far its
    /// source has come; a quarantined one has none either.
    private func observe(_ row: EventRow, receivedAt: Timestamp, _ result: inout MatchBatch) {
        if row.state == .normal, row.time != receivedAt, row.time <= receivedAt + Self.maximumSkew, row.time > result.clock {
            result.clock = row.time
        }
    }

    private mutating func count(_ event: Matching, for consumer: RuleConsumer, _ result: inout MatchBatch) {
        if countOnce(event, for: consumer, &result) { return }
        counted.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        guard gatherCounted(event, consumer, &result) else { return }
        values.removeAll(keepingCapacity: true)
        switch consumer.grouping {
        // A plain rule counts no values, and takes one value of one field: it is counted already.
        case .firstOf: break
        case .fields(let fields): countAll(event, of: fields, consumer, &result)
        }
    }

    /// Counts an event of which no field at hand has several values, nearly every one, without gathering them first. False if one
    /// has, or none: nothing is counted then.
    private mutating func countOnce(_ event: Matching, for consumer: RuleConsumer, _ result: inout MatchBatch) -> Bool {
        var value: UInt64 = 0
        switch consumer.values {
        case .none: break
        case .number(let field):
            guard case .one(let bytes) = find(event, field) else { return false }
            guard let number = NumberText.key(bytes) else {
                result.nonNumericValues[consumer.findingRule, default: 0] += 1
                return true
            }
            value = number
        case .place(let latitude, let longitude, let network):
            guard let place = place(event, latitude, longitude, network) else {
                result.missingGroupValue[consumer.findingRule, default: 0] += 1
                return true
            }
            value = place
        case .tuple(let fields):
            if fields.count == 1 {
                guard case .one(let bytes) = find(event, fields[0]) else { return false }
                value = key(bytes).low
            } else {
                folded.removeAll(keepingCapacity: true)
                for number in fields.indices {
                    guard case .one(let bytes) = find(event, fields[number]) else { return false }
                    GroupText.append(bytes, field: number, to: &folded)
                }
                value = folded.withUnsafeBytes { StableHash.hash($0) }.low
            }
        }
        let start = result.text.count
        switch consumer.grouping {
        case .firstOf(let fields):
            search: for number in fields.indices {
                switch find(event, fields[number]) {
                case .none: continue
                case .one(let bytes), .several(let bytes):
                    GroupText.append(bytes, field: number, to: &result.text)
                    break search
                }
            }
        case .fields(let fields):
            for number in fields.indices {
                guard case .one(let bytes) = find(event, fields[number]) else {
                    result.text.removeSubrange(start...)
                    return false
                }
                GroupText.append(bytes, field: number, to: &result.text)
            }
            guard appendPeers(event, consumer, &result.text, place: fields.count) else {
                result.text.removeSubrange(start...)
                result.missingGroupValue[consumer.findingRule, default: 0] += 1
                return true
            }
        }
        event.mark(&result.text)
        count(event, value, group: key(of: result, from: start), textFrom: start, consumer, &result)
        return true
    }

    /// Takes what the event counts with into `counted`. False if that is nothing.
    private mutating func gatherCounted(
        _ event: Matching, _ consumer: RuleConsumer, _ result: inout MatchBatch
    ) -> Bool {
        switch consumer.values {
        case .none: counted.append(0)
        case .number(let field):
            gather(event, field)
            for value in values {
                if let number = NumberText.key(value) {
                    counted.append(number)
                } else {
                    result.nonNumericValues[consumer.findingRule, default: 0] += 1
                }
            }
            if !values.isEmpty { return !counted.isEmpty }
        case .place(let latitude, let longitude, let network):
            if let place = place(event, latitude, longitude, network) { counted.append(place) }
        case .tuple(let fields):
            guard choose(event, fields) > 0 else { break }
            repeat {
                if fields.count == 1 {
                    counted.append(key(values[chosen[0]]).low)
                    continue
                }
                folded.removeAll(keepingCapacity: true)
                for number in chosen.indices { GroupText.append(values[chosen[number]], field: number, to: &folded) }
                counted.append(folded.withUnsafeBytes { StableHash.hash($0) }.low)
            } while counted.count < Self.maximumGroups && chooseNext()
        }
        if counted.isEmpty { result.missingGroupValue[consumer.findingRule, default: 0] += 1 }
        return !counted.isEmpty
    }

    /// Counts the event in each combination of the fields' values, the last field's changing first.
    private mutating func countAll(
        _ event: Matching, of fields: [GroupingField], _ consumer: RuleConsumer, _ result: inout MatchBatch
    ) {
        let combinations = choose(event, fields)
        if combinations < 0 {
            result.missingGroupValue[consumer.findingRule, default: 0] -= combinations
            return
        }
        let events = result.events.count
        repeat {
            let start = result.text.count
            for number in chosen.indices { GroupText.append(values[chosen[number]], field: number, to: &result.text) }
            guard appendPeers(event, consumer, &result.text, place: fields.count) else {
                result.text.removeSubrange(start...)
                result.missingGroupValue[consumer.findingRule, default: 0] += combinations
                return
            }
            event.mark(&result.text)
            let group = key(of: result, from: start)
            for value in counted { count(event, value, group: group, textFrom: start, consumer, &result) }
        } while result.events.count - events < Self.maximumGroups && chooseNext()
    }

    /// Appends who the peers of the group's entity are: of several values the first. False if the event does not say and the rule
    /// cannot do without.
    @inline(__always)
    private func appendPeers(_ event: Matching, _ consumer: RuleConsumer, _ text: inout [UInt8], place: Int) -> Bool {
        guard let peers = consumer.peers else { return true }
        switch find(event, peers.field) {
        case .none: return !peers.isNeeded
        case .one(let bytes), .several(let bytes): GroupText.append(bytes, field: place, to: &text)
        }
        return true
    }

    /// Gathers the values of the fields, and chooses the first combination. Returns the number of combinations, at most
    /// `maximumGroups`; negative, of those of the fields before it, if one field has no value.
    private mutating func choose(_ event: Matching, _ fields: [GroupingField]) -> Int {
        starts.removeAll(keepingCapacity: true)
        chosen.removeAll(keepingCapacity: true)
        var combinations = 1
        for field in fields {
            let start = values.count
            starts.append(start)
            chosen.append(start)
            gather(event, field)
            if values.count == start { return -combinations }
            combinations = min(combinations * (values.count - start), Self.maximumGroups)
        }
        starts.append(values.count)
        return combinations
    }

    /// Goes on to the next combination; false if there is none.
    private mutating func chooseNext() -> Bool {
        var number = chosen.count - 1
        while number >= 0 {
            chosen[number] += 1
            if chosen[number] < starts[number + 1] { return true }
            chosen[number] = starts[number]
            number -= 1
        }
        return false
    }

    /// The key of the group whose values stand at the end of the text.
    private func key(of result: MatchBatch, from start: Int) -> GroupKey {
        result.text.withUnsafeBytes { StableHash.hash(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    }

    /// Counts the event with one value in the group whose values stand at the end of `result.text`.
    private func count(
        _ event: Matching, _ value: UInt64, group: GroupKey, textFrom start: Int, _ consumer: RuleConsumer,
        _ result: inout MatchBatch
    ) {
        var isMerged = false
        var isFirst = true
        for place in event.first..<result.events.count
        where result.events[place].rule == consumer.findingRule && result.events[place].group == group {
            isFirst = false
            if result.events[place].value != value { continue }
            result.events[place].steps |= consumer.steps
            result.events[place].step = min(result.events[place].step, consumer.step)
            isMerged = true
        }
        if isMerged { return }
        result.events.append(
            MatchedEvent(
                rule: consumer.findingRule, steps: consumer.steps, step: consumer.step, time: event.row.time,
                sequence: event.sequence, clock: result.clock, group: group, textStart: UInt32(start),
                textEnd: UInt32(result.text.count), value: value, countsEvent: isFirst))
    }

    /// Where an event came from; nil if that is not known.
    private func place(
        _ event: Matching, _ latitude: GroupingField, _ longitude: GroupingField, _ network: GroupingField
    ) -> UInt64? {
        guard let latitude = number(event, latitude), let longitude = number(event, longitude) else { return nil }
        return PlaceCode.code(latitude: latitude, longitude: longitude, network: number(event, network))
    }

    private func number(_ event: Matching, _ field: GroupingField) -> Double? {
        switch find(event, field) {
        case .none: nil
        case .one(let bytes), .several(let bytes): NumberText.key(bytes).map { Double(bitPattern: $0) }
        }
    }

    // MARK: Values

    /// What a field holds.
    private enum Found {
        case none
        case one(UnsafeRawBufferPointer)
        /// The first one; others may be equal to it.
        case several(UnsafeRawBufferPointer)
    }

    /// The first value of a field, and whether there are more, under the first of its names that has one.
    @inline(__always)
    private func find(_ event: Matching, _ field: borrowing GroupingField) -> Found {
        guard let first = field.first else { return .none }
        let found = find(event, first)
        if case .none = found, !field.others.isEmpty { return find(event, anyOf: field.others) }
        return found
    }

    private func find(_ event: Matching, anyOf names: [FieldID]) -> Found {
        for name in names {
            let found = find(event, name)
            if case .none = found { continue }
            return found
        }
        return .none
    }

    /// The first value under a name, and whether there are more: as OCSF names it, or else as the vendor does.
    private func find(_ event: Matching, _ field: FieldID) -> Found {
        if field == .overflow { return .none }
        let found = find(event.batch, event.ocsfFields, field)
        if case .none = found { return find(event.batch, event.vendorFields, field) }
        return found
    }

    private func find(_ batch: EventBatch, _ range: Range<Int>, _ id: FieldID) -> Found {
        var first: Field?
        for field in UnsafeBufferPointer(rebasing: batch.fields[range]) where field.id == id && Self.isCounted(field) {
            if let first { return .several(batch.bytes(of: first)) }
            first = field
        }
        return first.map { .one(batch.bytes(of: $0)) } ?? .none
    }

    /// Whether a field has a value that counts: null and empty containers are none.
    private static func isCounted(_ field: Field) -> Bool {
        switch field.kind {
        case .string, .integer, .float, .true, .false: true
        case .null, .element, .emptyObject, .emptyArray: false
        }
    }

    /// Appends the values of a field, of the first of its names that has any. Equal ones count once.
    private mutating func gather(_ event: Matching, _ field: GroupingField) {
        guard let first = field.first else { return }
        let start = values.count
        gather(event, first)
        for name in field.others where values.count == start { gather(event, name) }
    }

    /// Appends the values under a name: as OCSF has it, or else as the vendor does.
    private mutating func gather(_ event: Matching, _ field: FieldID) {
        if field == .overflow { return }
        let start = values.count
        gather(event.batch, event.ocsfFields, field, from: start)
        if values.count == start { gather(event.batch, event.vendorFields, field, from: start) }
        if values.count - start > 1 { dropRepeated(from: start) }
    }

    private mutating func gather(_ batch: EventBatch, _ range: Range<Int>, _ id: FieldID, from start: Int) {
        for field in UnsafeBufferPointer(rebasing: batch.fields[range]) where field.id == id && Self.isCounted(field) {
            if values.count - start == Self.maximumGroups { return }
            values.append(batch.bytes(of: field))
        }
    }

    /// Keeps the first of equal values. There are at most `maximumGroups`.
    private mutating func dropRepeated(from start: Int) {
        keys.removeAll(keepingCapacity: true)
        var end = start
        for place in start..<values.count {
            let key = key(values[place])
            if keys.contains(key) { continue }
            keys.append(key)
            values[end] = values[place]
            end += 1
        }
        values.removeLast(values.count - end)
    }

    private mutating func key(_ bytes: UnsafeRawBufferPointer) -> GroupKey {
        folded.removeAll(keepingCapacity: true)
        GroupText.fold(bytes, to: &folded)
        return folded.withUnsafeBytes { StableHash.hash($0) }
    }
}
