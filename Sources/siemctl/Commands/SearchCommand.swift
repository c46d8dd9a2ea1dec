import ArgumentParser
import EventModel
import Matching
import Storage
import Synchronization

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find events in the store.",
        discussion: """
            siemctl search 'user:dana* AND action:*download* ip:203.0.113.0/24' --since 7d

            A word finds it in any value; field:value a whole value, * and ? are wildcards. Also field:"a b", field:10.0.0.0/8, \
            field>=2, field:/regex/i, field:*, field:(a OR b), AND, OR, NOT, ( ). docs/search.md has all of it.
            """)

    @Argument(help: "What to look for; everything, when empty.")
    var query: [String] = []

    @Option(name: [.customShort("S"), .long], help: "15m, 24h, 7d (ago), today, yesterday, a date or RFC 3339. Default: 24h.")
    var since: TimeArgument?

    @Option(name: [.customShort("U"), .long], help: "Events before this time.")
    var until: TimeArgument?

    @Option(name: [.customShort("n"), .long], help: "At most so many events, the newest; 0 for all.")
    var limit = 100

    @Option(name: .shortAndLong, help: "table, json (a list), jsonl (an OCSF event a line), csv, or raw (as received).")
    var output = OutputFormat.table

    @OptionGroup var store: StoreOptions

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit must not be negative") }
    }

    func run() async throws {
        let text = query.joined(separator: " ")
        let expression: MatchExpression
        do throws(QueryError) {
            expression = try QueryParser.parse(text)
        } catch {
            throw CommandError(.usage, "the query is wrong here:\n\(error.marked(in: text))")
        }
        let catalog = FieldCatalog()
        let reader = try store.open(catalog: catalog)
        var from = since?.time
        if from == nil && until == nil {
            from = TimeText.parse("24h", now: .now())
            Console.note("searching the last 24 hours; --since asks for more")
        }
        let request = SearchRequest(expression, since: from, until: until?.time, limit: limit == 0 ? nil : limit)
        let printer = Mutex(EventPrinter(format: output, catalog: catalog))
        do {
            let totals = try await reader.search(request) { found in printer.withLock { $0.add(found) } }
            printer.withLock { $0.finish() }
            try report(totals)
        } catch let error as StoreError {
            throw CommandError(.environment, "\(error)")
        }
    }

    private func report(_ totals: SearchTotals) throws {
        if totals.hasReachedLimit {
            Console.note("showing the newest \(totals.given); there may be more: --limit 0 for all")
        } else if output == .table {
            Console.note("\(totals.given) event\(totals.given == 1 ? "" : "s")")
        }
        guard totals.isPartial else { return }
        for block in totals.damagedBlocks { Console.note("not searched: \(block)") }
        throw CommandError(.partial, "the result is partial: \(totals.damagedBlocks.count) blocks could not be read")
    }
}
