import ArgumentParser

struct SearchesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "searches", abstract: "The saved searches: what siemctl search --save kept.",
        subcommands: [List.self, Remove.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "ls", abstract: "List the saved searches.")

        func run() throws {
            let saved = try SavedSearches.standard()
            guard !saved.queries.isEmpty else { return Console.note("no saved searches") }
            var table = Table([.init(title: "NAME"), .init(title: "QUERY")])
            for (name, query) in saved.queries.sorted(by: { $0.key < $1.key }) {
                table.add([.init("@" + name, .bold), .init(query)])
            }
            table.print()
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "rm", abstract: "Forget saved searches.")

        @Argument(help: "Names, with or without the @.", completion: .custom { _, _, _ in QueryCompletion.savedNames })
        var names: [String]

        func run() throws {
            var saved = try SavedSearches.standard()
            for name in names.map({ $0.hasPrefix("@") ? String($0.dropFirst()) : $0 }) {
                guard try saved.remove(name) else { throw CommandError(.usage, "no search is saved as \(name)") }
            }
        }
    }
}
