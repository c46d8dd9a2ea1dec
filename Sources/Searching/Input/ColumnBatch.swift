public import EventModel

/// Selected events of a block, by column: for each field of `SearchPlan.fields` the codes of its values.
///
/// A dictionary of values and a number a row is what a columnar block has at hand; counting by them needs no text.
public struct ColumnBatch: Sendable {
    public struct Column: Sendable, Equatable {
        /// The code of a row that has no value.
        public static let missing = UInt32.max

        /// The values by code; none is `null` or a list. With `starts`, no two have the same text.
        public var values: [FieldValue]
        /// A code a row; with `starts`, the codes of all rows one after the other. Never `missing` then.
        public var codes: [UInt32]
        /// For fields with several values: where each row's codes begin, and at the end where the last one's end.
        public var starts: [UInt32]?

        public init(values: [FieldValue], codes: [UInt32], starts: [UInt32]? = nil) {
            self.values = values
            self.codes = codes
            self.starts = starts
        }
    }

    /// The number of rows.
    public let count: Int
    /// In the order of `SearchPlan.fields`.
    public let columns: [Column]
    /// Event times. They may be left out if the plan's `needsTimes` is false.
    public let times: [Timestamp]
    /// The events' numbers in the store, in the same order; empty if the plan's `needsTimes` is false.
    public let sequences: [Int64]
    /// How many events each row stands for; nil if for one each. Only for plans with a `countingGrain`.
    public let weights: [Int]?

    /// Nil if the columns do not fit together: lengths, codes beyond the dictionary, starts that go back.
    public init?(
        count: Int, columns: [Column], times: [Timestamp] = [], sequences: [Int64] = [], weights: [Int]? = nil
    ) {
        guard weights.map({ $0.count == count }) ?? true else { return nil }
        guard times.isEmpty || times.count == count, sequences.isEmpty || sequences.count == count else { return nil }
        for column in columns {
            if let starts = column.starts {
                guard starts.count == count + 1, starts.first == 0, Int(starts[count]) == column.codes.count,
                    zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }),
                    column.codes.allSatisfy({ Int($0) < column.values.count })
                else { return nil }
            } else {
                guard column.codes.count == count,
                    column.codes.allSatisfy({ $0 == Column.missing || Int($0) < column.values.count })
                else { return nil }
            }
        }
        self.count = count
        self.columns = columns
        self.times = times
        self.sequences = sequences
        self.weights = weights
    }

    /// The value of a row in a column.
    func value(_ column: Int, row: Int) -> FieldValue {
        let column = columns[column]
        guard let starts = column.starts else {
            let code = column.codes[row]
            return code == Column.missing ? .null : column.values[Int(code)]
        }
        return .several(column.codes[Int(starts[row])..<Int(starts[row + 1])].map { column.values[Int($0)] })
    }
}
