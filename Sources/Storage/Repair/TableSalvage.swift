/// Reads what can be read of the tables of a damaged database: around the damage, by ranges of keys.
///
/// SQLite ends a scan at the first page that it cannot make sense of. Rows behind it are found from the other end, and rows
/// between two such pages by halving the range between the last row that was read and the first, until nothing is left or too
/// many attempts were in vain.
struct TableSalvage {
    /// Attempts that fail before the rest of a table is given up: each reads a few pages.
    private static let maximumFailures = 4_000
    /// Rows of a table without row numbers; they have some dozens.
    private static let maximumKeyedRows = 1_000_000

    let connection: Connection

    /// Whether what SQLite says is about the file.
    static func isDamage(_ error: SQLiteError) -> Bool { error.isDamage || error.isUnreadable }

    /// The names of the tables, as far as they can be told.
    func tables() -> Set<String> {
        var names: Set<String> = []
        do {
            _ = try connection.rows("SELECT name FROM sqlite_schema WHERE type = 'table'") { names.insert($0.text(0)) }
        } catch {
            // What was read until then is what there is.
        }
        return names
    }

    /// Reads the rows of a table by their numbers, which are positive, in no order.
    /// - Parameters:
    ///   - columns: of a SELECT; the row's number is put in front.
    ///   - body: called once a row.
    /// - Returns: whether all pages could be read.
    func rows(_ table: String, _ columns: String, _ body: (Statement) throws -> Void) throws -> Bool {
        var seen = SequenceSet()
        var failures = 0
        // The largest ranges first: halves are put behind.
        var ranges: [ClosedRange<Int64>] = [0...1 << 60]
        var next = 0
        while next < ranges.count, failures <= Self.maximumFailures {
            let range = ranges[next]
            next += 1
            guard case .stopped(let last) = try scan(table, columns, range, isAscending: true, &seen, body) else { continue }
            failures += 1
            guard last != range.upperBound else { continue }
            let rest = (last.map { $0 + 1 } ?? range.lowerBound)...range.upperBound
            guard case .stopped(let first) = try scan(table, columns, rest, isAscending: false, &seen, body) else { continue }
            guard first != rest.lowerBound else { continue }
            let between = rest.lowerBound...(first.map { $0 - 1 } ?? range.upperBound)
            if between.lowerBound == between.upperBound {
                if between != range { ranges.append(between) }
                continue
            }
            let middle = between.lowerBound + (between.upperBound - between.lowerBound) / 2
            ranges.append(between.lowerBound...middle)
            ranges.append(middle + 1...between.upperBound)
        }
        return failures == 0
    }

    private enum Scan {
        case complete
        /// Behind the row of this number; nil: before any.
        case stopped(Int64?)
    }

    /// Scans a range from one end to the other, or to the first damage.
    private func scan(
        _ table: String, _ columns: String, _ range: ClosedRange<Int64>, isAscending: Bool, _ seen: inout SequenceSet,
        _ body: (Statement) throws -> Void
    ) throws -> Scan {
        var last: Int64?
        do {
            let order = isAscending ? "ASC" : "DESC"
            let statement = try connection.statement(
                "SELECT rowid, \(columns) FROM \(table) WHERE rowid BETWEEN ? AND ? ORDER BY rowid \(order)")
            defer { statement.reset() }
            try statement.bind([.integer(range.lowerBound), .integer(range.upperBound)])
            while try statement.step() {
                let number = statement.integer(0)
                // Pages that lead in a circle.
                guard range.contains(number), last.map({ isAscending ? number > $0 : number < $0 }) ?? true else {
                    return .stopped(last)
                }
                last = number
                if seen.contains(number) { continue }
                seen.insert(number...number)
                try body(statement)
            }
            return .complete
        } catch let error as SQLiteError where Self.isDamage(error) {
            return .stopped(last)
        }
    }

    /// Reads the rows of a table without row numbers from both ends.
    /// - Parameter key: its columns in the order of the key.
    /// - Returns: whether all pages could be read.
    func rows(_ table: String, key: [String], _ columns: String, _ body: (Statement) throws -> Void) throws -> Bool {
        var seen: Set<[SQLiteValue]> = []
        var isWhole = true
        for direction in ["ASC", "DESC"] {
            let order = key.map { "\($0) \(direction)" }.joined(separator: ", ")
            do {
                let statement = try connection.statement("SELECT \(columns) FROM \(table) ORDER BY \(order)")
                defer { statement.reset() }
                while try statement.step(), seen.count < Self.maximumKeyedRows {
                    if seen.insert(key.indices.map { statement.value($0) }).inserted { try body(statement) }
                }
                if isWhole { return true }
            } catch let error as SQLiteError where Self.isDamage(error) {
                isWhole = false
            }
        }
        return isWhole
    }
}
