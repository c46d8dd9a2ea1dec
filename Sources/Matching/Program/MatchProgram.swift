public import EventModel

// Hot path.

/// A compiled expression: a flat run of tests with short-circuit jumps. Immutable, to be shared by all readers of a search.
public struct MatchProgram: Sendable {
    private let table: TestTable
    private let code: FrozenBuffer<Instruction>
    private let start: Int32

    /// Compiles an expression; its field names are interned in `catalog`, which must be the one that the events were made with.
    ///
    /// A regular expression that `RegexPattern.validate` refuses matches nothing: validate first.
    public init(_ expression: MatchExpression, catalog: FieldCatalog) {
        var compiler = MatchCompiler(catalog: catalog, isMany: false)
        start = compiler.compile(expression)
        code = FrozenBuffer(compiler.code)
        table = compiler.tests.finish()
    }

    /// Whether the event satisfies the expression.
    public func matches(_ event: Event, scratch: MatchScratch) -> Bool {
        if start < 0 { return start == Instruction.accept }
        var evaluator = MatchEvaluator(table, scratch.memory(for: table), event.batch)
        evaluator.begin(event.batch.rows[event.index])
        return Self.run(code.base, from: start, evaluator)
    }

    /// Appends the rows of the batch that satisfy the expression, in order.
    public func match(_ batch: EventBatch, scratch: MatchScratch, into rows: inout [UInt32]) {
        if start == Instruction.reject { return }
        var evaluator = MatchEvaluator(table, scratch.memory(for: table), batch)
        for index in batch.rows.indices {
            if start != Instruction.accept { evaluator.begin(batch.rows[index]) }
            if Self.run(code.base, from: start, evaluator) { rows.append(UInt32(index)) }
        }
    }

    @inline(__always)
    static func run(_ code: UnsafeMutablePointer<Instruction>, from start: Int32, _ evaluator: borrowing MatchEvaluator) -> Bool {
        var place = start
        while place >= 0 {
            let instruction = code[Int(place)]
            place = evaluator.holds(instruction) ? instruction.onTrue : instruction.onFalse
        }
        return place == Instruction.accept
    }
}
