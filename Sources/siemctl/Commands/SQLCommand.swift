import ArgumentParser
import EventModel
import Glibc
import Matching
import Storage

struct SQLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql",
        abstract: "Query the store in SQL.",
        discussion: """
            siemctl sql "SELECT user, count(*) FROM events WHERE status = 'Failure' GROUP BY user ORDER BY 2 DESC LIMIT 5" -S 7d

            One SELECT of SQLite over the tables events and findings. Every field is a column of events: user, ip and the other \
            aliases of searches, and in double quotes any path: "actor.user.name", "raw.eventType". --schema lists the rest; \
            docs/search.md has more.

            Exits 0, also when there are no rows; 2 when the query is wrong or asks for more than the bounds allow; 3 when there \
            is no store; 4 when a part of it could not be read; 130 on Ctrl-C.
            """)

    @Argument(help: "The query; - for standard input.")
    var query: [String] = []

    @Option(name: [.customShort("f"), .long], help: "Read the query from a file.")
    var file: String?

    @Option(
        name: [.customShort("S"), .long],
        help: "Events since: 15m, 24h, 7d (ago), today, yesterday, a date or RFC 3339. Default: all events.")
    var since: TimeArgument?

    @Option(name: [.customShort("U"), .long], help: "Events before this time.")
    var until: TimeArgument?

    @Option(name: .shortAndLong, help: "table, wide, json (a list), jsonl (a line each), or csv.")
    var output = OutputFormat.table

    @Flag(help: "List the tables' columns, instead of running a query.")
    var schema = false

    @Flag(help: "Let the query name fields that nobody knows, in double quotes and with a point.")
    var lax = false

    @Flag(help: "Say on standard error how much was looked at, and how long it took.")
    var stats = false

    @Flag(help: "Do not page the result on a terminal.")
    var noPager = false

    @OptionGroup var store: StoreOptions

    func validate() throws {
        let sources = (query.isEmpty ? 0 : 1) + (file == nil ? 0 : 1) + (schema ? 1 : 0)
        guard sources == 1 else { throw ValidationError("give a query, or --file, or --schema") }
        guard !output.needsEvents else {
            throw ValidationError("-o \(output.rawValue) needs events, and a query makes rows; -o table, json, jsonl or csv")
        }
    }

    func run() async throws {
        signal(SIGINT) { _ in _exit(130) }
        if schema { return printSchema() }
        var request = SQLRequest(try text(), since: since?.time, until: until?.time)
        request.isLax = lax
        let catalog = FieldCatalog()
        let reader = try store.open(
            catalog: catalog,
            // Only the column of whole documents asks what mapping files leave out of them.
            products: request.text.lowercased().contains("ocsf") ? store.products(catalog) : ProductCatalog([]))
        let pager = noPager || !output.isForPeople ? nil : Pager()
        let rows = SQLRows(format: output, style: .standardOutput())
        let start = ContinuousClock.now
        let totals: SearchTotals
        do {
            totals = try await answer(request, reader, catalog, rows)
        } catch {
            // Else the pager would wait for what does not come, and the message for the pager.
            pager?.finish()
            throw error
        }
        let count = rows.finish()
        pager?.finish()
        if output.isForPeople { Console.note("\(count) row\(count == 1 ? "" : "s")") }
        if stats { note(totals, seconds: (ContinuousClock.now - start) / .seconds(1)) }
        try totals.complain()
    }

    /// The query as it was given.
    private func text() throws -> String {
        let isInput = query == ["-"]
        guard isInput || file != nil else { return query.joined(separator: " ") }
        return String(decoding: try Console.read(isInput ? nil : file), as: UTF8.self)
    }

    private func answer(
        _ request: SQLRequest, _ reader: StoreReader, _ catalog: FieldCatalog, _ rows: SQLRows
    ) async throws -> SearchTotals {
        // Only for names that OCSF does not have is it worth to learn those that the vendors use.
        var sources = FieldSource.allCases[...]
        while true {
            do {
                return try await reader.query(request, onColumns: rows.begin, onRow: rows.add)
            } catch let failure as SQLFailure {
                guard failure.code == .unknownColumn, let source = sources.popFirst() else {
                    throw Self.refusal(failure, request.text)
                }
                await learn(from: source, reader, catalog)
            } catch let error as StoreError {
                throw CommandError(.environment, "\(error)")
            }
        }
    }

    /// Where the vendors' names for fields are to be learnt.
    private enum FieldSource: CaseIterable {
        case events, mappings
    }

    private func learn(from source: FieldSource, _ reader: StoreReader, _ catalog: FieldCatalog) async {
        switch source {
        case .events:
            // What cannot be read is said by the query itself.
            _ = try? await reader.search(SearchRequest(.constant(true), since: since?.time, until: until?.time, limit: 1))
        case .mappings: store.internMappedFields(into: catalog)
        }
    }

    private static func refusal(_ failure: SQLFailure, _ text: String) -> CommandError {
        let start =
            switch failure.code {
            case .wrong, .unknownColumn: "the query is wrong"
            case .refused: "the query is refused"
            case .tooMuch: "the query was given up"
            }
        guard let offset = failure.offset else { return CommandError(.usage, "\(start): \(failure)") }
        let marked = QueryError(.unexpectedText, at: offset, failure.message, expected: failure.expected).marked(in: text)
        let hint = failure.code == .unknownColumn ? "\nsiemctl fields lists the fields that events have" : ""
        return CommandError(.usage, "\(start) here:\n\(marked)\(hint)")
    }

    private func note(_ totals: SearchTotals, seconds: Double) {
        let opened = totals.scannedBlocks > totals.blocks ? ", some of them several times" : ""
        Console.note(
            "looked at \(totals.events) events in \(totals.scannedBlocks) of \(totals.blocks) blocks\(opened), "
                + "gave SQLite \(totals.matched), in \(Int((seconds * 1_000).rounded())) ms")
    }

    private func printSchema() {
        let rows = SQLRows(format: output, style: .standardOutput())
        rows.begin(["table", "column", "type", "is"])
        for column in SQLTables.columns {
            rows.add([.text(column.table), .text(column.name), .text(column.type), .text(column.note)])
        }
        for (name, note) in SQLTables.functions { rows.add([.text(""), .text(name), .text("function"), .text(note)]) }
        _ = rows.finish()
    }
}
