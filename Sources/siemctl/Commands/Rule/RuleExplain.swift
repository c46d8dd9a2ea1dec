import ArgumentParser
import LocatedYAML
import Pipeline
import Sigma

extension RuleCommand {
    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how a rule was understood: what it asks, of which products, how it is found, what it costs.")

        @Argument(help: "The rule's id, name or title.")
        var rule: String

        @Option(help: "Files or folders of rules; without it those of the configuration.")
        var rules: [String] = []

        @OptionGroup var configuration: ConfigurationOptions

        func run() throws {
            let installation = try configuration.load()
            let loaded = RuleCommand.load(rules, installation)
            let setup = try RuleCommand.setup(loaded.collection, installation)
            let found = loaded.collection.metadata.filter { [$0.id, $0.name, $0.title].contains(rule) }
            guard let metadata = found.first else {
                let names = loaded.collection.metadata.flatMap { [$0.name, $0.title].compactMap { $0 } }
                let errors = loaded.diagnostics.count { $0.severity == .error }
                let hint = errors == 0 ? "" : "; \(errors) errors in the files may have kept it out: siemctl rule check"
                throw CommandError(
                    .usage, "no rule has the id, name or title \"\(rule)\"\(Suggestion.hint(for: rule, among: names))\(hint)")
            }
            guard found.count == 1 else {
                let ids = found.map { "\($0.id) (\($0.location))" }.joined(separator: ", ")
                throw CommandError(.usage, "several rules are called \"\(rule)\": \(ids)")
            }
            for line in RuleExplanation(setup: setup, style: .standardOutput()).lines(metadata.id) { Console.print(line) }
        }
    }
}
