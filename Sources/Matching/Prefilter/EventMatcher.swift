public import EventModel

// Hot path.

/// Many expressions, matched against a stream of events at a cost that hardly depends on how many they are.
///
/// Each expression is filed under a key that must be true of an event for the expression to hold: an equality, else a pattern,
/// else the presence of a field. Per event each field that some key names is looked up once; only the expressions found there
/// are run. Immutable: lanes share one, each with a `MatchScratch` of its own.
public final class EventMatcher: Sendable {
    /// One expression and the products whose events it is for.
    public struct Entry: Sendable {
        public var expression: MatchExpression
        /// Indices into the `ProductCatalog`; nil: all of them.
        public var products: Set<UInt16>?

        public init(expression: MatchExpression, products: Set<UInt16>? = nil) {
            self.expression = expression
            self.products = products
        }
    }

    /// An event of the batch that satisfies an entry.
    public struct Match: Sendable, Hashable {
        public var row: UInt32
        /// Index of the entry, as given to `init`.
        public var entry: UInt32

        public init(row: UInt32, entry: UInt32) {
            self.row = row
            self.entry = entry
        }
    }

    /// How the entries are filed, for `rule explain` and for tests.
    public struct Statistics: Sendable, Equatable {
        public var entries = 0
        /// Entries filed under equalities or patterns, under the presence of a field, and under nothing.
        public var byValue = 0
        public var byPresence = 0
        public var always = 0
        /// Entries that no event can satisfy.
        public var never = 0
    }

    private let table: TestTable
    private let code: FrozenBuffer<Instruction>
    private let index: EntryIndex
    /// Whether a gate lets a product pass: `gates[gate * productCount + product]`.
    private let gates: FrozenBuffer<Bool>
    /// One more than the catalog has: the last stands for all beyond.
    private let productCount: Int
    public let statistics: Statistics

    /// - Parameters:
    ///   - catalog: the one that the events are made with; field names are interned in it.
    ///   - productCount: how many products the `ProductCatalog` has; events of products beyond it satisfy only entries for all.
    public init(entries: [Entry], catalog: FieldCatalog, productCount: Int) {
        var compiler = MatchCompiler(catalog: catalog, isMany: true)
        let simple = entries.map(\.expression.simplified)
        var chooser = RequiredKeys()
        for expression in simple { chooser.count(expression, &compiler.tests) }
        var gates = ProductGates(productCount: productCount)
        var starts: [Int32] = []
        var builder = EntryIndexBuilder()
        for (number, expression) in simple.enumerated() {
            starts.append(compiler.compile(expression))
            builder.file(
                start: starts[number], gate: gates.gate(for: entries[number].products),
                chooser.choose(expression, &compiler.tests))
        }
        let numbers = compiler.arrange(&starts, in: builder.order)
        self.productCount = productCount + 1
        statistics = builder.statistics
        index = builder.finish(
            starts: starts, numbers: numbers, slotCount: compiler.tests.slotCount, gates: gates,
            test: { compiler.tests.test($0) })
        self.gates = FrozenBuffer(gates.flags)
        code = FrozenBuffer(compiler.code)
        table = compiler.tests.finish()
    }

    /// Appends every pair of an event of the batch and an entry that it satisfies, in order of rows, then of entries.
    public func match(_ batch: EventBatch, scratch: MatchScratch, into matches: inout ContiguousArray<Match>) {
        if statistics.entries == 0 { return }
        let memory = scratch.memory(for: table)
        let candidates = memory.candidates(entries: statistics.entries)
        var evaluator = MatchEvaluator(table, memory, batch)
        for row in batch.rows.indices {
            let product = min(Int(batch.rows[row].product), productCount - 1)
            evaluator.begin(batch.rows[row])
            candidates.begin()
            collect(product, evaluator, candidates)
            let first = matches.count
            for position in 0..<candidates.count {
                let candidate = candidates[position]
                guard MatchProgram.run(code.base, from: candidate.start, evaluator) else { continue }
                matches.append(Match(row: UInt32(truncatingIfNeeded: row), entry: candidate.entry))
            }
            if matches.count &- first > 1 { Self.sort(&matches, from: first) }
        }
    }

    /// Orders the matches of one row by entry. They are few as a rule, and come in runs that are ordered already.
    private static func sort(_ matches: inout ContiguousArray<Match>, from first: Int) {
        if matches.count - first > 32 {
            matches[first...].sort { $0.entry < $1.entry }
            return
        }
        for index in (first + 1)..<matches.count {
            let match = matches[index]
            var place = index
            while place > first, matches[place - 1].entry > match.entry {
                matches[place] = matches[place - 1]
                place -= 1
            }
            matches[place] = match
        }
    }

    /// Gathers the entries that could hold for the event at hand.
    @inline(__always)
    private func collect(_ product: Int, _ evaluator: borrowing MatchEvaluator, _ candidates: CandidateList) {
        let memory = evaluator.memory
        let touchedCount = memory.counters.pointee.touchedCount
        for position in 0..<touchedCount {
            let slot = memory.touched[position]
            let plan = index.slots[Int(slot)]
            if plan.looksUpKeys { evaluator.resolveKeys(slot) }
            if plan.triesPatterns { evaluator.resolvePatterns(slot) }
            add(plan.present, product, candidates)
        }
        if index.looksUpAnyValue[product] { evaluator.resolveKeys(TestTable.anyValue) }
        if index.triesAnyValue[product] { evaluator.resolvePatterns(TestTable.anyValue) }
        var fact = 0
        while fact < memory.counters.pointee.factCount {
            add(index.tests[Int(memory.facts[fact])], product, candidates)
            fact &+= 1
        }
        // Filed by product, so there is nothing to gate.
        let always = index.always[product]
        var position = always.first
        while position < always.end {
            candidates.add(index.postings[Int(position)])
            position &+= 1
        }
    }

    @inline(__always)
    private func add(_ run: EntryIndex.Run, _ product: Int, _ candidates: CandidateList) {
        var position = run.first
        while position < run.end {
            let posting = index.postings[Int(position)]
            if gates[Int(posting.gate) &* productCount &+ product] { candidates.add(posting) }
            position &+= 1
        }
    }
}
