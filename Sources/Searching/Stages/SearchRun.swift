public import EventModel

/// A search under way: takes the events (or columns of them) that the plan's filter found, newest first, and gives the result's
/// rows. Not for use by several threads at once.
public final class SearchRun {
    public let plan: SearchPlan
    private let reader: EventColumns
    private let operators: [RowOperator]
    private let first: RowOperator
    private var columnOfSlot: [Int: Int] = [:]
    private var room: [FieldValue]

    /// - Parameters:
    ///   - catalog: the one that numbers the events' fields.
    ///   - span: the event times that are searched, for the buckets of a `timechart` that names none.
    ///   - onRow: gets the rows of the result, in order.
    public init(
        _ plan: SearchPlan, catalog: FieldCatalog, span: Range<Timestamp>? = nil, limits: SearchLimits = SearchLimits(),
        onRow: @escaping (SearchRow) throws -> Void
    ) {
        self.plan = plan
        reader = EventColumns(plan.fields, catalog: catalog)
        for (column, slot) in plan.fieldSlots.enumerated() where !plan.fields[column].isTime { columnOfSlot[slot] = column }
        room = Array(repeating: .null, count: plan.eventWidth)
        var operators: [RowOperator] = []
        for (index, stage) in plan.stages.enumerated() {
            let following = index + 1 < plan.stages.count ? plan.stages[index + 1] : nil
            operators.append(Self.make(stage, before: following, catalog, span, limits))
        }
        operators.append(RowCollector(onRow))
        for (one, two) in zip(operators, operators.dropFirst()) { one.next = two }
        self.operators = operators
        first = operators[0]
    }

    private static func make(
        _ stage: SearchStage, before following: SearchStage?, _ catalog: FieldCatalog, _ span: Range<Timestamp>?,
        _ limits: SearchLimits
    ) -> RowOperator {
        switch stage {
        case .filter(let expression, let columns, let ofEvents):
            return FilterOperator(expression, columns: columns, events: ofEvents ? catalog : nil)
        case .sort(let keys):
            var count: Int?
            if case .head(let rows)? = following { count = rows }
            return SortOperator(keys, count: count, limits: limits)
        case .head(let count): return HeadOperator(count)
        case .tail(let count): return TailOperator(count, limits: limits)
        case .dedup(let count, let slots): return DedupOperator(count, slots: slots, limits: limits)
        case .top(let count, let isRare, let grouping): return TopOperator(count, isRare: isRare, grouping, limits: limits)
        case .stats(let grouping): return StatsOperator(grouping, limits: limits)
        case .timechart(let given, let time, let grouping):
            let usual = span.map { TimeSpanText.usual(for: $0.upperBound - $0.lowerBound) } ?? 3_600_000_000
            return TimechartOperator(span: given ?? usual, time: time, grouping, limits: limits)
        case .eval(let slot, let expression): return EvalOperator(slot: slot, expression)
        case .lookup(let index, let key, let slots): return LookupOperator(index, key: key, slots: slots)
        case .sessions(let gap, let grouping): return SessionsOperator(gap: gap, grouping, limits: limits)
        }
    }

    /// Takes an event that satisfies the plan's filter.
    ///
    /// - Throws: `SearchFailure` when a bound on memory is met, and what `onRow` throws.
    /// - Returns: false once more events make no difference.
    @discardableResult
    public func add(_ event: Event, sequence: Int64) throws -> Bool {
        var row = SearchRow(values: room, time: event.time, sequence: sequence, event: plan.needsEvents ? event : nil)
        if !plan.fields.isEmpty {
            for (slot, value) in zip(plan.fieldSlots, reader.values(of: event)) { row.values[slot] = value }
        }
        try first.add(row)
        return !first.isDone
    }

    /// Takes the columns of events that satisfy the plan's filter; only for plans that do not need the events themselves. What a
    /// column of a field that `isTime` has does not matter: times are the batch's.
    ///
    /// Batches may come in any order for `stats`, `top`, `rare`, `timechart` and `sessions`; else newest first.
    ///
    /// - Throws: `SearchFailure` when a bound on memory is met, and what `onRow` throws.
    /// - Returns: false once more events make no difference.
    @discardableResult
    public func add(_ batch: ColumnBatch) throws -> Bool {
        precondition(batch.columns.count == plan.fields.count && !plan.needsEvents, "the plan's fields, a column each")
        if let group = first as? GroupOperator, try group.add(batch, columns: columnOfSlot) { return true }
        for index in 0..<batch.count {
            var row = SearchRow(values: room)
            if index < batch.times.count { row.time = batch.times[index] }
            if index < batch.sequences.count { row.sequence = batch.sequences[index] }
            for (column, slot) in plan.fieldSlots.enumerated() {
                row.values[slot] = plan.fields[column].isTime ? .time(row.time) : batch.value(column, row: index)
            }
            for _ in 0..<(batch.weights?[index] ?? 1) { try first.add(row) }
            if first.isDone { return false }
        }
        return !first.isDone
    }

    /// No more events come: gives the rows that are still held.
    public func finish() throws { try first.finish() }

    /// How many percentiles of the result are estimates, within 1 % of a value of that rank.
    public var approximateCount: Int { operators.reduce(0) { $0 + $1.approximateCount } }
}
