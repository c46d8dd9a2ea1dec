import ArgumentParser
import Detection
import EventModel
import LocatedYAML
import Pipeline
import Sigma

extension RuleCommand {
    struct Run: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run rules over a file of records, and show what they find.",
            discussion: """
                Records are taken as they stand in the file, on their own event times, by the engine that siemd runs. Rules with \
                errors are left out; rule check shows them. A record's number in the evidence is its line.
                """)

        @OptionGroup var input: RehearsalOptions

        @Option(help: "How far behind the newest record one may be and still count exactly: 5m, 1h, 30d.")
        var lateness: DurationArgument?

        @Flag(help: "Show every event at which a rule or correlation fires, instead of findings, which group them.")
        var everyMatch = false

        @Flag(help: "Print one JSON object a line.")
        var json = false

        func run() throws {
            let setup = try input.setup { everyMatch ? EveryMatch.collection($0) : $0 }
            for diagnostic in setup.ruleSet.diagnostics where diagnostic.severity == .error { Diagnostics.print([diagnostic]) }
            let records = try input.records()
            let outcome = Rehearsal(setup).run(
                records, product: input.product, lateness: lateness?.microseconds ?? Rehearsal.defaultLateness)
            let findings = everyMatch ? EveryMatch.firings(outcome.findings) : outcome.findings
            for finding in findings { Console.print(json ? finding.json : FindingLines.text(finding, evidence: "records")) }
            if !json {
                let noun = everyMatch ? "firing" : "finding"
                Console.note("\(findings.count) \(noun)\(findings.count == 1 ? "" : "s") in \(records.count) records")
            }
        }
    }
}

/// A length of time as in rules and configuration: `90s`, `5m`, `1h`, `7d`.
struct DurationArgument: ExpressibleByArgument {
    let microseconds: Int64

    init?(argument: String) {
        guard let microseconds = Timespan.microseconds(argument) else { return nil }
        self.microseconds = microseconds
    }
}
