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

        @OptionGroup var input: RehearsalOptions

        @Flag(help: "Print {\"event\": index from 0, \"rule\": id} a line.")
        var json = false

        func run() throws {
            let setup = try input.setup()
            let records = try input.records()
            let outcome = Rehearsal(setup).run(records, product: input.product)
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
