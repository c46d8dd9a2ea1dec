import ArgumentParser
import Detection
import EventModel
import Glibc
import LocatedYAML
import Pipeline
import Sigma
import Storage

extension RuleCommand {
    struct Backtest: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run rules over the stored events, and show what they would have raised.",
            discussion: """
                By the engine that siemd runs, over the events in the order in which they came. Findings have the ids that they \
                have live. Events before --since are counted in as far as windows reach back. A record's number in the evidence \
                is that of the stored event.
                """)

        @Argument(help: "Files or folders of rules, or ids, names or titles of the configuration's; all of these, if none.")
        var rules: [String] = []

        @Option(name: [.customShort("S"), .long], help: "15m, 24h, 7d (ago), today, yesterday, a date or RFC 3339. Default: 30d.")
        var since: TimeArgument?

        @Option(name: [.customShort("U"), .long], help: "Events before this time.")
        var until: TimeArgument?

        @Flag(help: "Show every event at which a rule or correlation fires, instead of findings, which group them.")
        var everyMatch = false

        @Flag(help: "Print one JSON object a line.")
        var json = false

        @OptionGroup var store: StoreOptions

        func run() async throws {
            let installation = try store.configuration.load()
            let named = rules.filter { access($0, F_OK) != 0 }
            // A name is looked for among the configuration's rules, so these are loaded, too.
            let paths = named.isEmpty ? rules : rules.filter { !named.contains($0) } + installation.rules
            let loaded = RuleCommand.load(paths, installation)
            let wanted = try Set(named.map { try RuleCommand.rule(called: $0, in: loaded).id })
            let collection = everyMatch ? EveryMatch.collection(loaded.collection) : loaded.collection
            let setup = try RuleCommand.setup(collection, installation)
            for diagnostic in loaded.diagnostics + setup.ruleSet.diagnostics where diagnostic.severity == .error {
                Diagnostics.print([diagnostic])
            }
            let from = since?.time ?? TimeText.parse("30d", now: .now())
            if since == nil { Console.note("over the last 30 days; --since asks for more") }
            let backtest = Pipeline.Backtest(
                setup.ruleSet, lateness: installation.largestLateness, since: from, until: until?.time)
            let reader = try store.open(
                catalog: setup.catalog, products: setup.products, sources: installation.eventSources)
            let outcome: Pipeline.Backtest.Outcome
            do {
                outcome = try await backtest.run(reader)
            } catch let error as StoreError {
                throw CommandError(.environment, "\(error)")
            }
            var findings = everyMatch ? EveryMatch.firings(outcome.findings) : outcome.findings
            if !wanted.isEmpty { findings.removeAll { !wanted.contains($0.rule.id) } }
            for finding in findings { Console.print(json ? finding.json : FindingLines.text(finding, evidence: "events")) }
            if !json {
                let noun = everyMatch ? "firing" : "finding"
                Console.note("\(findings.count) \(noun)\(findings.count == 1 ? "" : "s") in \(outcome.events) events")
            }
            if outcome.damagedBlocks.isEmpty { return }
            for block in outcome.damagedBlocks { Console.note("not read: \(block)") }
            throw CommandError(.partial, "the result is partial: \(outcome.damagedBlocks.count) blocks could not be read")
        }
    }
}
