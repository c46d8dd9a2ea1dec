public import Matching

/// A column of rows: its name and where its value stands in them.
public struct SearchColumn: Sendable, Equatable {
    public var name: String
    public var slot: Int

    public init(_ name: String, slot: Int) {
        self.name = name
        self.slot = slot
    }
}

/// What `sort` orders by.
public struct SortKey: Sendable, Equatable {
    public var slot: Int
    public var isDescending: Bool
}

/// Groups and what is computed of each: `stats` and `timechart`.
public struct Grouping: Sendable, Equatable {
    public var aggregates: [Aggregate]
    /// The fields after `by`.
    public var slots: [Int]
    /// Whether events are counted, and no values of theirs looked at beside the groups'.
    var countsOnly: Bool { aggregates.allSatisfy { $0.function == .count && $0.slot == nil } }
    /// Values in a row that the stage gives: those of the groups, then of the aggregates, and room for what later stages add.
    public var width: Int
}

/// One stage of a search, ready to run. Slots are places in the rows that come in.
public enum SearchStage: Sendable {
    /// Names in `columns` are columns; the expression's other names are fields of the event, if the rows are events.
    case filter(MatchExpression, columns: [SearchColumn], ofEvents: Bool)
    case sort([SortKey])
    case head(Int)
    case tail(Int)
    /// Rows with the same values, of which the first so many pass.
    case dedup(Int, slots: [Int])
    /// The most frequent combinations, or the least.
    case top(Int, isRare: Bool, Grouping)
    case stats(Grouping)
    /// Microseconds a bucket; nil for one that suits the span that is searched. The time stands in `time`.
    case timechart(span: Int64?, time: Int, Grouping)
    case eval(slot: Int, ScalarExpression)
    case lookup(LookupIndex, key: Int, slots: [Int])
    /// Runs of rows of one group that are at most `gap` microseconds apart.
    case sessions(gap: Int64, Grouping)

    /// Whether each row passes or not as soon as it comes.
    var isStreaming: Bool {
        switch self {
        case .filter, .head, .dedup, .eval, .lookup: true
        case .sort, .tail, .top, .stats, .timechart, .sessions: false
        }
    }

    /// The rows that it gives are others than those that it took.
    var makesRows: Bool {
        switch self {
        case .top, .stats, .timechart, .sessions: true
        case .filter, .head, .dedup, .eval, .lookup, .sort, .tail: false
        }
    }

    /// Whether the result depends on the rows' times or numbers.
    var needsTimes: Bool {
        switch self {
        case .stats(let grouping), .top(_, _, let grouping):
            grouping.aggregates.contains { $0.function == .first || $0.function == .last }
        case .timechart, .sessions: true
        case .filter, .head, .dedup, .eval, .lookup, .sort, .tail: false
        }
    }

    /// The stage, with rows of so many values as its result.
    func widened(to width: Int) -> SearchStage {
        func widened(_ grouping: Grouping) -> Grouping {
            var grouping = grouping
            grouping.width = width
            return grouping
        }
        return switch self {
        case .top(let count, let isRare, let grouping): .top(count, isRare: isRare, widened(grouping))
        case .stats(let grouping): .stats(widened(grouping))
        case .timechart(let span, let time, let grouping): .timechart(span: span, time: time, widened(grouping))
        case .sessions(let gap, let grouping): .sessions(gap: gap, widened(grouping))
        case .filter, .sort, .head, .tail, .dedup, .eval, .lookup: self
        }
    }
}
