import ArgumentParser
import Detection
import EventModel
import Pipeline
import Sigma

extension RuleCommand {
    struct Match: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show which single-event rules match which records of a file.",
            discussion: "Rules with errors are left out; rule check shows them.")

        @Option(help: "Files or folders of rules; without it those of the configuration.")
        var rules: [String] = []

        @Option(help: "Raw records, a line each; - for standard input.")
        var events: String

        @Option(help: "The product that the records come from; without it their shape tells.")
        var product: String?

        @Flag(help: "Try every rule on every record, whatever its log source.")
        var ignoreLogsource = false

        @Flag(help: "Print {\"event\": index from 0, \"rule\": id} a line.")
        var json = false

        @OptionGroup var configuration: ConfigurationOptions

        func run() throws {
            let installation = try configuration.load()
            let setup = try RuleCommand.setup(
                RuleCommand.load(rules, installation).collection, installation, product: product,
                ignoringLogSource: ignoreLogsource)
            let records = try RuleCommand.records(events)
            let outcome = Rehearsal(setup).run(records, product: product)
            for match in outcome.matches {
                let rule = setup.ruleSet.rules[match.rule].metadata
                if json {
                    var writer = JSONWriter()
                    writer.beginObject()
                    writer.member("event", match.record)
                    writer.member("rule", rule.id)
                    writer.endObject()
                    Console.print(writer.text)
                } else {
                    Console.print("\(match.record + 1)  \(rule.level.rawValue)  \(rule.title)")
                }
            }
            if !json { Console.note("\(outcome.matches.count) matches of \(records.count) records") }
        }
    }
}
