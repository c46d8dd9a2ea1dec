public import Matching

/// What a search gives.
public enum SearchOutput: Sendable, Equatable {
    /// Events, with the columns that `eval`, `lookup` and `rename` made.
    case events([SearchColumn])
    /// Rows with these columns and nothing else.
    case rows([SearchColumn])
}

/// A query as it will be carried out.
public struct SearchPlan: Sendable {
    /// Which events the stages see: the filter before the first `|`, and the `where` stages right behind it.
    public private(set) var filter: MatchExpression
    /// The fields of the events that the stages need, and so the columns that a `ColumnBatch` must bring.
    public let fields: [SearchField]
    /// Where the fields stand in a row, in the order of `fields`.
    let fieldSlots: [Int]
    /// Values in a row of an event.
    let eventWidth: Int
    public private(set) var stages: [SearchStage]
    /// The stages after the first `|`, as written, those that `filter` took in as well.
    public let stageTexts: [String]
    public let output: SearchOutput
    /// Whether events themselves must be given, and not only columns.
    public let needsEvents: Bool
    /// Whether the query may be followed: every row passes or not as soon as it comes.
    public var isStreaming: Bool { stages.allSatisfy(\.isStreaming) }
    /// Whether a `ColumnBatch` must bring times and numbers.
    public var needsTimes: Bool {
        for stage in stages {
            if stage.makesRows { return stage.needsTimes }
        }
        return true
    }

    /// Whether nothing but numbers of events matters, so that a row of a `ColumnBatch` may stand for several: then to which
    /// multiples of microseconds their times must be told, 0 for not at all. Nil if each event matters.
    public var countingGrain: Int64? {
        guard !needsEvents, let stage = stages.first else { return nil }
        switch stage {
        case .top(_, _, let grouping), .stats(let grouping):
            return grouping.countsOnly ? 0 : nil
        case .timechart(let span, let time, let grouping):
            // A span that suits the search is known only when it runs; a time that `eval` made is another.
            guard grouping.countsOnly, let place = fieldSlots.firstIndex(of: time), fields[place].isTime else { return nil }
            return span
        case .filter, .sort, .head, .tail, .dedup, .eval, .lookup, .sessions: return nil
        }
    }

    /// Whether columns will do in place of events, and in any order: the events are grouped before their order matters.
    public var takesColumnsInAnyOrder: Bool {
        guard !needsEvents else { return false }
        for stage in stages {
            switch stage {
            case .filter, .eval, .lookup: continue
            case .top, .stats, .timechart, .sessions: return true
            case .sort, .head, .tail, .dedup: return false
            }
        }
        return false
    }

    /// No more than so many events matter, the newest: a `head` comes first. Nil if all do.
    public var eventLimit: Int? {
        for stage in stages {
            switch stage {
            case .head(let count): return count
            case .eval, .lookup: continue
            case .filter, .sort, .tail, .dedup, .top, .stats, .timechart, .sessions: return nil
            }
        }
        return nil
    }

    /// How the rows of a query that ends in `timechart` are to be drawn.
    public struct Chart: Sendable, Equatable {
        /// Places in the output's columns.
        public var series: Int?
        public var values: [Int]
    }

    /// Nil if the last stage is no `timechart`.
    public let chart: Chart?

    /// The tests that look at events: those of the filter, and of stages that filter events.
    public var eventTests: [FieldTest] {
        filter.tests + stages.flatMap { stage -> [FieldTest] in
            if case .filter(let expression, let columns, ofEvents: true) = stage {
                return expression.tests.filter { !Self.isColumn($0, columns) }
            }
            return []
        }
    }

    /// The plan with each test that looks at events replaced by what `replacement` gives for it; nil leaves it as it is.
    public func mappingEventTests(_ replacement: (FieldTest) -> MatchExpression?) -> SearchPlan {
        var plan = self
        plan.filter = filter.mappingTests(replacement)
        plan.stages = stages.map { stage in
            guard case .filter(let expression, let columns, ofEvents: true) = stage else { return stage }
            let mapped = expression.mappingTests { Self.isColumn($0, columns) ? nil : replacement($0) }
            return .filter(mapped, columns: columns, ofEvents: true)
        }
        return plan
    }

    private static func isColumn(_ test: FieldTest, _ columns: [SearchColumn]) -> Bool {
        guard case .named(let name) = test.field else { return false }
        return columns.contains { $0.name.lowercased() == name.lowercased() }
    }
}
