import ArgumentParser
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
            let metadata = try RuleCommand.rule(called: rule, in: loaded)
            for line in RuleExplanation(setup: setup, style: .standardOutput()).lines(metadata.id) { Console.print(line) }
        }
    }
}
