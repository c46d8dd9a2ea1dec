public import EventModel

/// Copies out of a stored batch what correlation needs of the events that matched.
///
/// - An event that the store already had (sequence 0) does not count again, and does not move the clock.
/// - An event without a value in a group-by field does not count; `MatchBatch.missingGroupValue` says how often.
/// - A field with several values in one event (an array) puts the event into one group for each distinct value; with several
///   such fields, into one for each combination, up to `maximumGroups`.
/// - An event that matches several base rules of one correlation counts once for each of its groups.
public struct MatchExtractor {
    /// Groups that one event may count for: enough for the targets of one sharing action, too few for a hostile record to
    /// flood the windows.
    public static let maximumGroups = 64
    /// How far ahead of this machine's clock an event time is believed. Times further ahead do not move the clock, or one wrong
    /// record would make all others late.
    public static let maximumSkew: Int64 = 600_000_000

    private var values: [Value] = []

    private struct Value {
        var bytes: UnsafeRawBufferPointer
        var place: Int
    }

    public init() {}

    /// - Parameter matches: what the `Detector` found in `stored.batch`, in order of rows, with this rule set.
    public mutating func extract(_ stored: StoredBatch, matches: [RuleMatch], ruleSet: RuleSet) -> MatchBatch {
        let source = stored.batch.source
        var result = MatchBatch(
            ruleSet: ruleSet, source: source.name, allowedLateness: source.allowedLateness, receivedAt: stored.batch.receivedAt)
        var next = 0
        for row in stored.batch.rows.indices {
            let first = next
            while next < matches.count, Int(matches[next].row) == row { next += 1 }
            let sequence = stored.sequences[row]
            if sequence == 0 { continue }
            result.through = max(result.through, sequence)
            observe(stored.batch.rows[row], receivedAt: stored.batch.receivedAt, &result)
            if first == next { continue }
            let event = stored.batch[row]
            let firstEvent = result.events.count
            for match in matches[first..<next] {
                for consumer in ruleSet.consumers[Int(match.rule)] {
                    count(event, sequence: sequence, for: consumer, sameEvent: firstEvent, &result)
                }
            }
        }
        return result
    }

    /// Moves the clock on. A record without a time of its own has that of its receipt, which says nothing about how far its
    /// source has come; a quarantined one has none either.
    private func observe(_ row: EventRow, receivedAt: Timestamp, _ result: inout MatchBatch) {
        if row.state == .normal, row.time != receivedAt, row.time <= receivedAt + Self.maximumSkew, row.time > result.clock {
            result.clock = row.time
        }
    }

    private mutating func count(
        _ event: Event, sequence: Int64, for consumer: RuleConsumer, sameEvent firstEvent: Int, _ result: inout MatchBatch
    ) {
        var counted: [UInt64] = []
        if consumer.countsValues {
            gather(event, consumer.valueField)
            if values.isEmpty {
                result.missingGroupValue[consumer.findingRule, default: 0] += 1
                return
            }
            counted = values.map { hash($0.bytes) }
        }
        let events = result.events.count
        switch consumer.grouping {
        case .firstOf(let fields):
            for (place, field) in fields.enumerated() {
                gather(event, field)
                if let first = values.first {
                    group([Value(bytes: first.bytes, place: place)], event, sequence, consumer, counted, firstEvent, &result)
                    return
                }
            }
            group([], event, sequence, consumer, counted, firstEvent, &result)
        case .fields(let fields):
            combine(fields[...], 0, [], event, sequence, consumer, counted, firstEvent, events, &result)
        }
    }

    /// Goes through all combinations of the fields' values, depth first.
    private mutating func combine(
        _ fields: ArraySlice<FieldID?>, _ place: Int, _ chosen: [Value], _ event: Event, _ sequence: Int64,
        _ consumer: RuleConsumer, _ counted: [UInt64], _ firstEvent: Int, _ start: Int, _ result: inout MatchBatch
    ) {
        guard let field = fields.first else {
            group(chosen, event, sequence, consumer, counted, firstEvent, &result)
            return
        }
        gather(event, field)
        if values.isEmpty {
            result.missingGroupValue[consumer.findingRule, default: 0] += 1
            return
        }
        let choices = values
        for choice in choices where result.events.count - start < Self.maximumGroups {
            combine(
                fields.dropFirst(), place + 1, chosen + [Value(bytes: choice.bytes, place: place)], event, sequence, consumer,
                counted, firstEvent, start, &result)
        }
    }

    private mutating func group(
        _ chosen: [Value], _ event: Event, _ sequence: Int64, _ consumer: RuleConsumer, _ counted: [UInt64],
        _ firstEvent: Int, _ result: inout MatchBatch
    ) {
        let start = result.text.count
        for value in chosen { GroupText.append(value.bytes, field: value.place, to: &result.text) }
        let key = result.text.withUnsafeBytes { StableHash.hash(UnsafeRawBufferPointer(rebasing: $0[start...])) }
        for value in counted.isEmpty ? [0] : counted {
            var isMerged = false
            var isFirst = true
            for place in firstEvent..<result.events.count
            where result.events[place].rule == consumer.findingRule && result.events[place].group == key {
                isFirst = false
                if result.events[place].value != value { continue }
                result.events[place].steps |= consumer.steps
                result.events[place].step = min(result.events[place].step, consumer.step)
                isMerged = true
            }
            if isMerged { continue }
            result.events.append(
                MatchedEvent(
                    rule: consumer.findingRule, steps: consumer.steps, step: consumer.step, time: event.time,
                    sequence: sequence, clock: result.clock, group: key, textStart: UInt32(start),
                    textEnd: UInt32(result.text.count), value: value, countsEvent: isFirst))
        }
    }

    /// Finds the values of a field: as OCSF names it, or else as the vendor does. Null and empty containers are no values; equal
    /// ones count once.
    private mutating func gather(_ event: Event, _ field: FieldID?) {
        values.removeAll(keepingCapacity: true)
        guard let field, field != .overflow else { return }
        gather(event.ocsfFields, field, event.batch)
        if values.isEmpty { gather(event.vendorFields, field, event.batch) }
        if values.count > 1 {
            var seen: Set<GroupKey> = []
            var distinct: [Value] = []
            for value in values where seen.insert(key(value.bytes)).inserted { distinct.append(value) }
            values = distinct
        }
    }

    private mutating func gather(_ fields: UnsafeBufferPointer<Field>, _ id: FieldID, _ batch: EventBatch) {
        for field in fields where field.id == id && values.count < Self.maximumGroups {
            switch field.kind {
            case .string, .integer, .float, .true, .false: values.append(Value(bytes: batch.bytes(of: field), place: 0))
            case .null, .element, .emptyObject, .emptyArray: break
            }
        }
    }

    private func key(_ bytes: UnsafeRawBufferPointer) -> GroupKey {
        var folded: [UInt8] = []
        GroupText.fold(bytes, to: &folded)
        return folded.withUnsafeBytes { StableHash.hash($0) }
    }

    private func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 { key(bytes).low }
}
