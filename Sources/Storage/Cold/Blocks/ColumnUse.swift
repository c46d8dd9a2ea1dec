/// Which skeletons, or which shapes, of a cold block have a column: asked for each column, of which there may be thousands, as
/// there may be thousands of skeletons with thousands of columns each.
struct ColumnUse {
    private var starts: [Int]
    /// Skeletons or shapes, of which a block has no more than rows.
    private var users: [UInt16]

    /// - Parameter uses: calls back with each use of a column by a user, twice the same ones.
    init(columnCount: Int, _ uses: ((_ user: Int, _ column: UInt32) -> Void) -> Void) {
        var counts = [Int](repeating: 0, count: columnCount + 1)
        uses { _, column in if Int(column) < columnCount { counts[Int(column) + 1] += 1 } }
        for column in 0..<columnCount { counts[column + 1] += counts[column] }
        var users = [UInt16](repeating: 0, count: counts[columnCount])
        var next = counts
        uses { user, column in
            guard Int(column) < columnCount else { return }
            users[next[Int(column)]] = UInt16(truncatingIfNeeded: user)
            next[Int(column)] += 1
        }
        starts = counts
        self.users = users
    }

    subscript(column: Int) -> ArraySlice<UInt16> { users[starts[column]..<starts[column + 1]] }
}
