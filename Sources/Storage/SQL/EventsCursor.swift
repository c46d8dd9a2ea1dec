import EventModel
import Matching

// Hot path.

/// Goes over the rows of the table `events` for one reading of it.
final class EventsCursor {
    /// A block whose rows are given in the order of their times.
    private struct Run {
        var block: LoadedBlock
        /// The rows that are still to come, the next one last.
        var rest: [Int32]
    }

    private let table: EventsTable
    private var plan = EventsPlan()
    private var blocks: ColumnBlocks?
    /// Of each column of the table, its place in a block's columns, if it is a field.
    private var places: [Int?] = []
    /// Blocks that were read, and are not at their turn yet.
    private var waiting: [LoadedBlock] = []
    private var runs: [Run] = []
    private var block: LoadedBlock?
    private var row = 0

    init(_ table: EventsTable) { self.table = table }

    var isAtEnd: Bool { block == nil }

    /// The row's number in the store.
    var sequence: Int64 { block?.columns.sequences[row] ?? 0 }

    /// Begins to read, for a plan and the values that it asked for.
    func begin(_ plan: EventsPlan, _ operands: [TableOperand]) throws {
        close()
        self.plan = plan
        let scan = EventsScan(plan, operands, table.schema, since: table.since, until: table.until)
        guard !scan.isEmpty else { return }
        var fields: [[FieldSelector]] = []
        var keepsEvents = false
        places = table.schema.columns.map { _ in nil }
        for column in plan.columns {
            switch table.schema.columns[column].content {
            case .sequence, .time, .microseconds: break
            case .raw, .document: keepsEvents = true
            case .field(let selectors):
                places[column] = fields.count
                fields.append(selectors)
            }
        }
        blocks = try ColumnBlocks(
            table.readers, scan.request, fields: fields, numbers: scan.numbers, prefersOCSF: true, keepsEvents: keepsEvents)
        try plan.order == nil ? nextBlock() : nextInTime()
    }

    /// Lets go what was read.
    func close() {
        if let blocks { table.count(blocks.totals) }
        (blocks, block, row) = (nil, nil, 0)
        waiting = []
        runs = []
    }

    func next() throws {
        guard let block else { return }
        if plan.order != nil { return try nextInTime() }
        row += 1
        if row >= block.columns.count { try nextBlock() }
    }

    private func nextBlock() throws {
        (block, row) = (nil, 0)
        while waiting.isEmpty {
            guard let more = try blocks?.next() else { return }
            waiting = more.reversed()
        }
        block = waiting.removeLast()
    }

    // MARK: - Order

    private func nextInTime() throws {
        while let bound = blocks?.bound {
            // A row beyond all that is to come goes first.
            if let head = runs.indices.min(by: { precedes($0, $1) }), isBeyond(bound, runs[head]) { break }
            for loaded in try blocks?.next() ?? [] { runs.append(Run(block: loaded, rest: sorted(loaded.columns))) }
        }
        guard let head = runs.indices.min(by: { precedes($0, $1) }), let next = runs[head].rest.popLast() else {
            block = nil
            return
        }
        (block, row) = (runs[head].block, Int(next))
        if runs[head].rest.isEmpty { runs.remove(at: head) }
    }

    private func sorted(_ columns: ColumnBlock) -> [Int32] {
        let rows = Array(0..<Int32(truncatingIfNeeded: columns.count))
        let isNewestFirst = plan.order == .newestFirst
        // Rows are in the order of their numbers.
        return rows.sorted { one, other in
            let (left, right) = (columns.times[Int(one)], columns.times[Int(other)])
            let isBefore = left == right ? one < other : left < right
            return isNewestFirst ? isBefore : !isBefore && one != other
        }
    }

    private func key(_ run: Run) -> (Timestamp, Int64) {
        let row = Int(run.rest[run.rest.count - 1])
        return (run.block.columns.times[row], run.block.columns.sequences[row])
    }

    private func precedes(_ one: Int, _ other: Int) -> Bool {
        plan.order == .newestFirst ? key(runs[one]) > key(runs[other]) : key(runs[one]) < key(runs[other])
    }

    private func isBeyond(_ bound: Timestamp, _ run: Run) -> Bool {
        let time = key(run).0
        return plan.order == .newestFirst ? time > bound : time < bound
    }

    // MARK: - Values

    /// Gives the value of a column of the row.
    func give(_ column: Int, to result: TableResult) {
        guard let block else { return result.null() }
        switch table.schema.columns[column].content {
        case .sequence: result.integer(sequence)
        case .microseconds: result.integer(block.columns.times[row].microseconds)
        case .time: result.text(SQLTime.text(block.columns.times[row]))
        case .raw:
            guard let event = event(block) else { return result.null() }
            result.text(event.raw)
            withExtendedLifetime(event) {}
        case .document:
            guard let event = event(block) else { return result.null() }
            table.documentBytes(of: event).withUnsafeBytes { result.text($0) }
        case .field:
            guard let place = places[column] else { return result.null() }
            let field = block.columns.fields[place]
            field.codes[row] >= 0 ? FieldResult(field, row).give(to: result) : result.null()
        }
    }

    private func event(_ block: LoadedBlock) -> Event? {
        do throws(LoadedBlock.DamageFound) {
            let events = try block.events()
            return row < events.count ? events[row] : nil
        } catch {
            blocks?.note(error.block)
            return nil
        }
    }
}
