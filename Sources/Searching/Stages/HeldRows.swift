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

/// Puts rows in order; rows that are equal in it stay as they came. With a `head` behind it holds only about twice as many.
final class SortOperator: RowOperator {
    private let keys: [SortKey]
    private let count: Int?
    private var held: HeldRows
    /// With so many rows it is time to let those go that cannot be among the first.
    private let threshold: Int

    /// - Parameter count: how many rows the stages behind it take; nil for all.
    init(_ keys: [SortKey], count: Int?, limits: SearchLimits) {
        self.keys = keys
        self.count = count
        threshold = min(max(2 * min(count ?? 0, limits.heldRows), 1_024), limits.heldRows)
        held = HeldRows(stage: "sort", limits: limits)
    }

    override func add(_ row: SearchRow) throws {
        try held.append(row)
        if let count, held.rows.count >= threshold { held.keep(count, by: precedes) }
    }

    override func finish() throws {
        held.keep(count ?? .max, by: precedes)
        for row in held.rows {
            if next?.isDone == true { break }
            try next?.add(row)
        }
        try next?.finish()
    }

    /// Missing values stand last in either direction.
    private func precedes(_ a: SearchRow, _ b: SearchRow) -> Bool {
        for key in keys {
            let (left, right) = (a.values[key.slot], b.values[key.slot])
            if left.isNull != right.isNull { return right.isNull }
            let order = left.order(to: right)
            if order != 0 { return key.isDescending ? order > 0 : order < 0 }
        }
        return false
    }
}

final class TailOperator: RowOperator {
    private let count: Int
    private var held: HeldRows
    private var oldest = 0

    init(_ count: Int, limits: SearchLimits) {
        self.count = count
        held = HeldRows(stage: "tail", limits: limits)
    }

    override func add(_ row: SearchRow) throws {
        if held.rows.count < count {
            try held.append(row)
        } else {
            oldest = held.replace(at: oldest, with: row)
        }
    }

    override func finish() throws {
        for row in held.rows[oldest...] + held.rows[..<oldest] { try next?.add(row) }
        try next?.finish()
    }
}
