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
