import ArgumentParser
import EventModel
import Glibc
import Searching
import Storage

struct FieldsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fields", abstract: "The fields that events have, how often, with examples.",
        discussion: "Looks at the newest events that the query finds. The names can be used in searches as they are.")

    @Argument(help: "Which events; every one, when empty.", completion: .custom { await QueryCompletion.complete($0, $1, $2) })
    var query: [String] = []

    @OptionGroup var options: SearchOptions

    @Option(name: [.customShort("n"), .long], help: "Look at so many events, the newest; 0 for all.")
    var limit = 10_000

    @Option(name: .shortAndLong, help: "table, wide, json, jsonl or csv.")
    var output = OutputFormat.table

    func run() async throws {
        signal(SIGINT) { _ in _exit(130) }
        let prepared = try await options.prepare(query)
        guard prepared.plan.stages.isEmpty, case .events = prepared.plan.output, !output.needsEvents else {
            throw CommandError(.usage, "fields takes a filter without stages, and prints no events")
        }
        let (since, until) = options.span()
        let census = FieldCensus(catalog: prepared.catalog)
        let totals = try await CommandError.ofStore {
            try await prepared.reader.search(
                SearchRequest(prepared.plan.filter, since: since, until: until, limit: limit == 0 ? nil : max(limit, 1))
            ) { found in census.add(found.event) }
        }
        var printer = RowPrinter(
            format: output, columns: ["field", "events", "values", "examples"].enumerated().map { SearchColumn($1, slot: $0) },
            chart: nil, style: .standardOutput(), isFollowing: false)
        for row in census.rows { printer.add(row) }
        printer.finish()
        if output.isForPeople {
            let which = totals.hasReachedLimit ? "the newest \(totals.given) events; -n 0 looks at all" : "\(totals.given) events"
            Console.note("of \(which)")
        }
        try totals.complain()
    }
}
