import Alerting
import ArgumentParser
import EventModel
import LocatedYAML
import Pipeline
import Storage

struct DrillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill",
        abstract: "Send a synthetic attack through the real doors, and see whether it is found and told.",
        discussion: "docs/drills.md says what a scenario is, and how drills are kept apart from what happens.",
        subcommands: [Run.self, List.self, Scenarios.self], defaultSubcommand: Run.self)

    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run one scenario, or all of them, against the siemd that is running.",
            discussion: """
                Its findings are marked as a drill's for every receiver, and closed as a test at the end. Exits 1 when a drill \
                failed; siemd then raises a finding of that, too.
                """)

        @Argument(help: "The scenario's name; without it all of them, one after the other.")
        var scenario: String?

        @Option(help: "The source to go through; without it those that take the products' records.")
        var source: String?

        @Option(name: .shortAndLong, help: "text or jsonl.")
        var output = Format.text

        @OptionGroup var person: PersonOption
        @OptionGroup var store: StoreOptions

        enum Format: String, ExpressibleByArgument, CaseIterable {
            case text, jsonl
        }

        func run() async throws {
            var installation = try store.configuration.load()
            if let data = store.data { installation.data = data }
            let chosen = try DrillScenarios(installation).named(scenario)
            let reader = try store.open()
            var hasFailed = false
            for scenario in chosen {
                let run: DrillRun
                do {
                    run = try DrillRun(scenario, through: source, installation, by: person.person)
                } catch {
                    // One that no source takes is no reason to leave out the others.
                    if self.scenario != nil { throw CommandError(.usage, "\(scenario.name): \(error)") }
                    Console.note("\(scenario.name) is left out: \(error)")
                    continue
                }
                let report = try await CommandError.ofStore {
                    try await run.run(reader) { if output == .text { Console.progress(DrillLines.progress($0)) } }
                }
                hasFailed = hasFailed || !report.hasPassed
                switch output {
                case .text:
                    Console.progress("")
                    for line in DrillLines(report).lines(.standardOutput()) { Console.print(line) }
                case .jsonl: Console.print(report.json)
                }
            }
            if hasFailed { throw ExitCode(CommandError.Status.failed.rawValue) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ls", abstract: "List the drills that were run, the latest first.")

        @Option(name: [.customShort("n"), .long], help: "At most so many; 0 for all.")
        var limit = 20

        @OptionGroup var store: StoreOptions

        func run() async throws {
            let reader = try store.open()
            let drills = try await CommandError.ofStore { try await reader.drills(limit: limit == 0 ? .max : limit) }
            guard !drills.isEmpty else { return Console.note("no drill was run yet; siemctl drill runs some") }
            var table = Table([
                .init(title: "STARTED (UTC)", isFixed: true), .init(title: "SCENARIO"), .init(title: "BY"),
                .init(title: "THROUGH"), .init(title: "OUTCOME"), .init(title: "ID", isFixed: true), .init(title: "WHAT"),
            ])
            let now = Timestamp.now()
            for drill in drills {
                let hasFailed = drill.hasFailed(at: now)
                let outcome = hasFailed ? "failed" : drill.outcome?.rawValue ?? "running"
                table.add([
                    .init(TimeText.short(drill.startedAt)), .init(drill.scenario), .init(drill.startedBy), .init(drill.door),
                    .init(outcome, hasFailed ? .red : drill.outcome == nil ? .yellow : .green), .init(drill.id, .dim),
                    .init(drill.outcome == nil && hasFailed ? "it was not brought to its end" : drill.summary),
                ])
            }
            table.print()
        }
    }

    struct Scenarios: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the scenarios that there are.")

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            let installation = try options.load()
            var table = Table([
                .init(title: "SCENARIO"), .init(title: "RECORDS", alignsRight: true), .init(title: "WHAT HAPPENS"),
            ])
            for scenario in try DrillScenarios(installation).named(nil) {
                table.add([
                    .init(scenario.name), .init("\(scenario.steps.reduce(0) { $0 + $1.count })"), .init(scenario.description),
                ])
            }
            table.print()
        }
    }
}

/// The scenarios of an installation; what is wrong with their files is told.
private struct DrillScenarios {
    let all: [DrillScenario]
    private let folder: String

    init(_ installation: Configuration) throws {
        folder = installation.drills.folder
        let (found, diagnostics) = DrillFile.read(folder: folder)
        Diagnostics.print(diagnostics)
        if diagnostics.contains(where: { $0.severity == .error }) {
            throw CommandError(.usage, "the scenarios in \(folder) have errors")
        }
        all = found
    }

    /// Nil: all.
    func named(_ name: String?) throws -> [DrillScenario] {
        guard let name else { return all }
        if let scenario = all.first(where: { $0.name == name }) { return [scenario] }
        let names = all.map(\.name)
        throw CommandError(
            .usage, "there is no scenario \"\(name)\" in \(folder)\(Suggestion.hint(for: name, among: names)); "
                + "there are \(names.joined(separator: ", "))")
    }
}
