import EventModel

/// The groups of a stage and what is known of each: the memory of `stats`, `top` and `timechart`.
final class GroupTable {
    let aggregates: [Aggregate]
    private let limits: SearchLimits
    /// What the stage is called, for messages.
    private let stage: String
    private var places: [GroupKey: Int] = [:]
    /// Those of groups by one value, by its text.
    private var textPlaces: [String: Int] = [:]
    /// The values of each group, as first seen.
    private(set) var keys: [[FieldValue]] = []
    /// Group by group, a state an aggregate.
    private var states: [AggregateState] = []
    private var distinctValues = 0
    private var percentileCells = 0

    init(stage: String, aggregates: [Aggregate], limits: SearchLimits) {
        self.stage = stage
        self.aggregates = aggregates
        self.limits = limits
    }

    var count: Int { keys.count }

    /// The number of a group, which is made if it is new.
    func group(_ values: [FieldValue]) throws(SearchFailure) -> Int {
        if values.count == 1, !values[0].isNull { return try group(values[0]) }
        let key = GroupKey(values)
        if let place = places[key] { return place }
        let place = try make(values)
        places[key] = place
        return place
    }

    /// The number of the group of one value that is not null.
    func group(_ value: FieldValue) throws(SearchFailure) -> Int {
        let text = value.text
        if let place = textPlaces[text] { return place }
        let place = try make([value])
        textPlaces[text] = place
        return place
    }

    private func make(_ values: [FieldValue]) throws(SearchFailure) -> Int {
        guard keys.count < limits.groups else {
            throw SearchFailure(
                "\(stage) has more than \(limits.groups) groups; ask for a shorter time, filter more, or group by fewer fields")
        }
        let place = keys.count
        keys.append(values)
        for aggregate in aggregates { states.append(AggregateState(aggregate.function)) }
        return place
    }

    func values(of group: Int) -> [FieldValue] {
        aggregates.indices.map { states[group * aggregates.count + $0].value(aggregates[$0].function) }
    }

    /// How many percentiles are estimates.
    var approximateCount: Int { states.count { $0.isApproximate } }

    /// Counts rows of a group, for an aggregate that is `count` without a field.
    @inline(__always)
    func addCount(_ number: Int, group: Int, aggregate: Int) {
        let place = group &* aggregates.count &+ aggregate
        guard case .count(let count) = states[place] else { return }
        states[place] = .count(count &+ number)
    }

    /// Adds a row's value to an aggregate of a group.
    func add(_ value: FieldValue, time: Timestamp, sequence: Int64, group: Int, aggregate: Int) throws(SearchFailure) {
        switch value {
        case .null: return
        case .list(let members):
            for member in members {
                try add(member, time: time, sequence: sequence, group: group, aggregate: aggregate)
            }
            return
        case .bool, .integer, .double, .string, .time: break
        }
        let place = group * aggregates.count + aggregate
        let function = aggregates[aggregate].function
        let state = states[place]
        // The table gives its share up while it is changed: else every change would copy it.
        states[place] = .count(0)
        switch consume state {
        case .count(let count): states[place] = .count(count + 1)
        case .distinct(var values):
            try insert(value, into: &values, lists: function == .values)
            states[place] = .distinct(values)
        case .sum(var sum):
            sum.add(value)
            states[place] = .sum(sum)
        case .least(let least): states[place] = .least(least.isNull || value.precedes(least) ? value : least)
        case .greatest(let greatest):
            states[place] = .greatest(greatest.isNull || greatest.precedes(value) ? value : greatest)
        case .percentile(var sketch):
            if let number = value.number { try add(number, to: &sketch) }
            states[place] = .percentile(sketch)
        case .edge(let edge, let edgeTime, let edgeSequence):
            let isBefore = (time, sequence) < (edgeTime, edgeSequence)
            // Of the members of one row's list, the first stands.
            let isSame = (time, sequence) == (edgeTime, edgeSequence)
            let replaces = edge.isNull || (!isSame && isBefore == (function == .first))
            states[place] = replaces ? .edge(value, time, sequence) : .edge(edge, edgeTime, edgeSequence)
        }
    }

    private func insert(_ value: FieldValue, into values: inout [String: FieldValue], lists: Bool) throws(SearchFailure) {
        guard values.updateValue(value, forKey: value.text) == nil else { return }
        distinctValues += 1
        if lists && values.count > limits.listedValues {
            throw SearchFailure("values has more than \(limits.listedValues) in one group; count them with dc, or filter more")
        }
        if distinctValues > limits.distinctValues {
            throw SearchFailure(
                "\(stage) has more than \(limits.distinctValues) distinct values; ask for a shorter time or filter more")
        }
    }

    private func add(_ number: Double, to sketch: inout PercentileSketch) throws(SearchFailure) {
        let before = sketch.cells
        sketch.add(number, exactNumbers: limits.exactNumbers)
        percentileCells += sketch.cells - before
        if percentileCells > limits.percentileCells {
            throw SearchFailure("\(stage) has too many groups for percentiles; group by fewer fields, or filter more")
        }
    }
}
