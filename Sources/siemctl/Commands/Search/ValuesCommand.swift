import ArgumentParser

struct ValuesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "values", abstract: "The values of a field and how often they occur, the most frequent first.")

    @Argument(help: "A field or alias.", completion: .custom { await QueryCompletion.fields($0, $1, $2) })
    var field: String

    @Argument(help: "Which events; every one, when empty.", completion: .custom { await QueryCompletion.complete($0, $1, $2) })
    var query: [String] = []

    @OptionGroup var options: SearchOptions

    @Option(name: [.customShort("n"), .long], help: "At most so many values; 0 for all.")
    var limit = 100

    @Option(name: .shortAndLong, help: "table, wide, json, jsonl or csv.")
    var output = OutputFormat.table

    func run() async throws {
        var search = SearchCommand()
        search.query = query + ["| top 1000000 \(ValuesCommand.quoted(field))"]
        search.options = options
        search.limit = limit
        search.output = output
        (search.follow, search.explain, search.stats, search.exitCode, search.noPager) = (false, false, false, false, false)
        search.save = nil
        try await search.run()
    }

    /// The name as stages take any name.
    static func quoted(_ name: String) -> String {
        "`" + name.replacing("\\", with: "\\\\").replacing("`", with: "\\`") + "`"
    }
}
