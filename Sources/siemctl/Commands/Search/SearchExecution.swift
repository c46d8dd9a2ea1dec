import EventModel
import Pipeline
import Searching
import Storage
import Synchronization

/// A search being carried out: events of the store go through the plan's stages into a printer.
final class SearchExecution: Sendable {
    /// The run and what takes its rows; the store's thread and ours have it in turn.
    private struct State {
        var run: SearchRun
        var output: Output
    }

    /// Where the rows go: to a printer, or into memory.
    private final class Output {
        var printer: ResultPrinter?
        var rows: [SearchRow] = []

        init(_ printer: ResultPrinter?) { self.printer = printer }

        func add(_ row: SearchRow) {
            if printer == nil { rows.append(row) } else { printer?.add(row) }
        }
    }

    private let plan: SearchPlan
    private let state: Mutex<State>

    /// - Parameter span: the event times that are searched, for charts.
    init(
        _ prepared: PreparedSearch, format: OutputFormat?, limit: Int, span: Range<Timestamp>?, style: Style,
        isFollowing: Bool = false
    ) {
        let (plan, catalog) = (prepared.plan, prepared.catalog)
        self.plan = plan
        let output = Output(
            ResultPrinter(prepared, format: format, limit: limit, style: style, isFollowing: isFollowing))
        state = Mutex(State(run: SearchRun(plan, catalog: catalog, span: span) { output.add($0) }, output: output))
    }

    /// Keeps the rows instead of printing them: for queries that give few.
    init(_ prepared: PreparedSearch) {
        plan = prepared.plan
        let output = Output(nil)
        let run = SearchRun(prepared.plan, catalog: prepared.catalog) { output.add($0) }
        state = Mutex(State(run: run, output: output))
    }

    /// What came of it.
    struct Outcome {
        var found = 0
        var shown = 0
        var approximateCount = 0
        /// Rows that were kept.
        var rows: [SearchRow] = []
    }

    /// Searches the store. Nil if the stages had enough before its end.
    func search(_ reader: StoreReader, _ request: SearchRequest) async throws -> SearchTotals? {
        do {
            return try await StoredSearch.search(plan, reader, request) { batch in
                try self.state.withLock { state in _ = try state.run.add(batch) }
            } onEvent: { found in
                try self.add(found.event, sequence: found.sequence)
            }
        } catch is StoredSearch.MisfitColumns {
            throw CommandError(.environment, "the store's columns do not fit together; siemctl store verify checks them")
        } catch let error as StoreError {
            throw CommandError(.environment, "\(error)")
        } catch let error as SearchFailure {
            throw CommandError(.usage, "the search was given up: \(error)")
        }
    }

    /// Returns false once more events make no difference.
    func add(_ event: Event, sequence: Int64) throws -> Bool {
        try state.withLock { try $0.run.add(event, sequence: sequence) }
    }

    /// Prints what is held back, and tells how much it was.
    func finish() throws -> Outcome {
        do {
            return try state.withLock { state in
                try state.run.finish()
                let output = state.output
                output.printer?.finish()
                return Outcome(
                    found: output.printer?.found ?? output.rows.count, shown: output.printer?.shown ?? 0,
                    approximateCount: state.run.approximateCount, rows: output.rows)
            }
        } catch let error as SearchFailure {
            throw CommandError(.usage, "the search was given up: \(error)")
        }
    }
}
