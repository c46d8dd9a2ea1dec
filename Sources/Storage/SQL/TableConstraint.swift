/// A condition on one column that SQLite offers to a table, before it knows the value on the right.
struct TableConstraint: Equatable {
    enum Comparison: Equatable {
        case equal, less, lessOrEqual, greater, greaterOrEqual
    }

    /// The column's index; nil for the row's number.
    var column: Int?
    /// Nil for conditions that the table has no use for.
    var comparison: Comparison?
    /// The rule by which the two sides are compared.
    var collation: String
    /// The value will be known when the table is read.
    var isUsable: Bool
    /// `IN` with a list that the table can have as a whole.
    var isList: Bool
    /// The value is a number that stands in the query.
    var isNumber: Bool
}

/// What SQLite asks a table for, before it is read.
struct TableQuestion {
    var constraints: [TableConstraint]
    /// The order that the rows should have; empty for any.
    var order: [(column: Int?, isDescending: Bool)]
    /// The columns that the query uses: bit 63 stands for all beyond.
    var used: UInt64
}

/// A value on the right of a condition.
enum TableOperand: Equatable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    /// A blob, or text that is no UTF-8.
    case other
    /// The values of a list.
    case list([TableOperand])

    /// The members of a list, or the value itself.
    var members: [TableOperand] {
        if case .list(let members) = self { members } else { [self] }
    }
}
