/// Rows that a stage has to keep, within bounds.
struct HeldRows {
    private(set) var rows: [SearchRow] = []
    private var bytes = 0
    private let limits: SearchLimits
    private let stage: String

    /// - Parameter stage: for messages.
    init(stage: String, limits: SearchLimits) {
        self.stage = stage
        self.limits = limits
    }

    mutating func append(_ row: SearchRow) throws(SearchFailure) {
        bytes += row.footprint
        rows.append(row)
        if rows.count > limits.heldRows {
            throw SearchFailure(
                "\(stage) would have to hold more than \(limits.heldRows) rows; "
                    + "put \"| head n\" behind it, ask for a shorter time, or filter more")
        }
        if bytes > limits.heldBytes {
            throw SearchFailure(
                "\(stage) would have to hold more than \(limits.heldBytes >> 20) MiB of rows; "
                    + "put \"| fields …\" before it, ask for a shorter time, or filter more")
        }
    }

    /// Replaces the oldest row of a ring of rows; returns the place of the next to be replaced.
    mutating func replace(at place: Int, with row: SearchRow) -> Int {
        bytes += row.footprint - rows[place].footprint
        rows[place] = row
        return (place + 1) % rows.count
    }

    /// Keeps the first `count` rows in an order.
    mutating func keep(_ count: Int, by precedes: (SearchRow, SearchRow) -> Bool) {
        rows.sort(by: precedes)
        if rows.count > count {
            for row in rows[count...] { bytes -= row.footprint }
            rows.removeLast(rows.count - count)
        }
    }
}
