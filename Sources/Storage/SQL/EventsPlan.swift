import EventModel
import Matching

/// How the table `events` is to be read: what of a query's conditions, order and columns it takes account of.
///
/// SQLite tries every condition again on the rows that it is given. So the plan may let rows through that do not satisfy one, and
/// must never keep one back that does.
struct EventsPlan: Equatable {
    /// A condition whose value the plan wants to be told.
    struct Argument: Equatable {
        var column: Int
        var comparison: TableConstraint.Comparison
        var isList: Bool
        /// `COLLATE NOCASE`.
        var ignoresCase: Bool
        /// Numbers compare to what the values are, not to what they could be converted to.
        var takesNumbers: Bool
    }

    var arguments: [Argument] = []
    /// The columns that will be read.
    var columns: [Int] = []
    /// The rows come in the order of their times, then of their numbers.
    var order: SearchRequest.Order?

    /// What a scan costs, in events that are looked at, and how many rows it will give, about.
    struct Estimate {
        var cost: Double
        var rows: Double
        var isUnique = false
    }

    /// More values of an IN are left to SQLite.
    static let maximumList = 100

    /// - Parameters:
    ///   - canOrder: whether so few blocks overlap in time that order takes little memory.
    ///   - takesNumbers: the query has no conversions.
    /// - Returns: the plan, and which conditions it wants the values of, in the order of its arguments.
    static func make(
        _ question: TableQuestion, _ schema: EventsSchema, takesNumbers: Bool, canOrder: () -> Bool
    ) -> (plan: EventsPlan, taken: [Int]) {
        var plan = EventsPlan()
        var taken: [Int] = []
        for (index, constraint) in question.constraints.enumerated() {
            guard constraint.isUsable, let argument = argument(constraint, schema, takesNumbers: takesNumbers) else { continue }
            plan.arguments.append(argument)
            taken.append(index)
        }
        plan.columns = schema.columns.indices.filter { question.used & 1 << UInt64(min($0, 63)) != 0 }
        if let order = timeOrder(question.order, schema), canOrder() { plan.order = order }
        return (plan, taken)
    }

    private static func argument(
        _ constraint: TableConstraint, _ schema: EventsSchema, takesNumbers: Bool
    ) -> Argument? {
        guard let comparison = constraint.comparison else { return nil }
        let column = constraint.column ?? 0
        var argument = Argument(
            column: column, comparison: comparison, isList: constraint.isList, ignoresCase: false, takesNumbers: false)
        switch schema.columns[column].content {
        case .sequence: return argument
        case .microseconds: return constraint.isList ? nil : argument
        case .time: return constraint.isList || constraint.collation != SQLTime.collation ? nil : argument
        case .raw, .document: return nil
        case .field:
            // Only equality: numbers are less than texts to SQLite, whatever the texts say.
            guard comparison == .equal else { return nil }
            switch constraint.collation {
            case "BINARY": break
            case "NOCASE": argument.ignoresCase = true
            default: return nil
            }
            argument.takesNumbers = constraint.isNumber && takesNumbers
            return argument
        }
    }

    /// The order of time that is asked for; nil for any other.
    private static func timeOrder(
        _ order: [(column: Int?, isDescending: Bool)], _ schema: EventsSchema
    ) -> SearchRequest.Order? {
        guard let first = order.first, let column = first.column, order.count <= 2 else { return nil }
        switch schema.columns[column].content {
        case .time, .microseconds: break
        case .sequence, .raw, .document, .field: return nil
        }
        if let second = order.dropFirst().first {
            guard second.isDescending == first.isDescending else { return nil }
            if let column = second.column {
                guard case .sequence = schema.columns[column].content else { return nil }
            }
        }
        return first.isDescending ? .newestFirst : .oldestFirst
    }

    /// What to expect of it, of so many events in so many blocks.
    func estimate(events: Double, blocks: Double, schema: EventsSchema) -> Estimate {
        var (share, chosen) = (1.0, 1.0)
        for argument in arguments {
            switch schema.columns[argument.column].content {
            case .sequence where argument.comparison == .equal && !argument.isList:
                // Of one block, a segment.
                return Estimate(cost: min(events, 500), rows: 1, isUnique: true)
            case .sequence, .time, .microseconds: share *= argument.comparison == .equal ? 0.01 : 0.3
            case .field: chosen *= argument.isList ? 0.1 : 0.02
            case .raw, .document: break
            }
        }
        // A block that is read costs its rows' numbers in any case, what is found in it its values.
        let rows = max(events * share * chosen, 1)
        let seen = events * share * (chosen < 1 ? 0.3 : 1)
        return Estimate(cost: seen + rows + blocks * 10 + 100, rows: rows)
    }

    /// For EXPLAIN QUERY PLAN.
    func summary(_ schema: EventsSchema) -> String {
        var parts = arguments.map { argument in
            let sign =
                switch argument.comparison {
                case .equal: argument.isList ? " IN" : "="
                case .less: "<"
                case .lessOrEqual: "<="
                case .greater: ">"
                case .greaterOrEqual: ">="
                }
            return schema.columns[argument.column].name + sign
        }
        if let order { parts.append(order == .newestFirst ? "newest first" : "oldest first") }
        return parts.joined(separator: ", ")
    }
}
