/// One stage at work: takes rows, hands rows on to the next. Subclasses are the stages.
class RowOperator {
    /// Set when the chain is built; the last one is a `RowCollector`.
    var next: RowOperator?

    /// Takes a row.
    func add(_ row: SearchRow) throws { try next?.add(row) }

    /// No more rows come: what is held goes on.
    func finish() throws { try next?.finish() }

    /// Whether rows make no difference any more.
    var isDone: Bool { next?.isDone ?? false }

    /// How many results of this stage are estimates.
    var approximateCount: Int { 0 }
}

/// The end of the chain.
final class RowCollector: RowOperator {
    private let emit: (SearchRow) throws -> Void

    init(_ emit: @escaping (SearchRow) throws -> Void) { self.emit = emit }

    override func add(_ row: SearchRow) throws { try emit(row) }
    override func finish() throws {}
}

final class HeadOperator: RowOperator {
    private var rest: Int

    init(_ count: Int) { rest = count }

    override func add(_ row: SearchRow) throws {
        guard rest > 0 else { return }
        rest -= 1
        try next?.add(row)
    }

    override var isDone: Bool { rest == 0 || super.isDone }
}

final class EvalOperator: RowOperator {
    private let slot: Int
    private let expression: ScalarExpression

    init(slot: Int, _ expression: ScalarExpression) {
        self.slot = slot
        self.expression = expression
    }

    override func add(_ row: SearchRow) throws {
        var row = row
        row.values[slot] = expression.value(row.values)
        try next?.add(row)
    }
}

final class LookupOperator: RowOperator {
    private let index: LookupIndex
    private let key: Int
    private let slots: [Int]

    init(_ index: LookupIndex, key: Int, slots: [Int]) {
        self.index = index
        self.key = key
        self.slots = slots
    }

    override func add(_ row: SearchRow) throws {
        var row = row
        if let found = index.find(row.values[key]) {
            for (slot, value) in zip(slots, found) { row.values[slot] = value }
        }
        try next?.add(row)
    }
}

/// Lets the first few rows of each combination of values pass.
final class DedupOperator: RowOperator {
    private let count: Int
    private let slots: [Int]
    private let limits: SearchLimits
    private var seen: [GroupKey: Int] = [:]

    init(_ count: Int, slots: [Int], limits: SearchLimits) {
        self.count = count
        self.slots = slots
        self.limits = limits
    }

    override func add(_ row: SearchRow) throws {
        let key = GroupKey(slots.map { row.values[$0] })
        let number = seen[key, default: 0]
        if number == 0 && seen.count >= limits.groups {
            throw SearchFailure(
                "dedup has more than \(limits.groups) combinations of values; ask for a shorter time, or filter more")
        }
        guard number < count else { return }
        seen[key] = number + 1
        try next?.add(row)
    }
}
