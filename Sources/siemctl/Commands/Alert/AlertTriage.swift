import Alerting
import ArgumentParser
import EventModel
import LocatedYAML
import Storage

/// A command that changes one finding.
protocol TriageCommand: AsyncParsableCommand {
    var finding: FindingArgument { get }
    var person: PersonOption { get }
    /// What is done, and how the terminal is told.
    func change(_ stored: StoredFinding) throws -> (TriageStore.Change, String)
}

extension TriageCommand {
    func run() async throws {
        let stored = try await finding.find(finding.store.open())
        let (change, done) = try change(stored)
        try finding.store.triage { try $0.apply(change, to: stored.finding.uid, by: person.person) }
        Console.note("\(AlertText.shortUID(stored.finding.uid)) \(done): \(stored.finding.rule.title)")
    }
}

extension AlertCommand {
    struct Acknowledge: TriageCommand {
        static let configuration = CommandConfiguration(commandName: "ack", abstract: "Say that somebody looks at a finding.")

        @OptionGroup var finding: FindingArgument
        @OptionGroup var person: PersonOption

        func change(_ stored: StoredFinding) -> (TriageStore.Change, String) { (.acknowledge, "acknowledged") }
    }

    struct Assign: TriageCommand {
        static let configuration = CommandConfiguration(abstract: "Give a finding to somebody.")

        @OptionGroup var finding: FindingArgument

        @Option(name: .customLong("to"), help: "Who gets it; without it nobody has it any more.")
        var assignee: String?

        @OptionGroup var person: PersonOption

        func change(_ stored: StoredFinding) -> (TriageStore.Change, String) {
            (.assign(assignee), assignee.map { "is \($0)'s" } ?? "is nobody's")
        }
    }

    struct Note: TriageCommand {
        static let configuration = CommandConfiguration(abstract: "Write a note to a finding.")

        @OptionGroup var finding: FindingArgument

        @Argument(help: "The note.")
        var text: String

        @OptionGroup var person: PersonOption

        func change(_ stored: StoredFinding) -> (TriageStore.Change, String) { (.note(text), "noted") }
    }

    struct Step: TriageCommand {
        static let configuration = CommandConfiguration(abstract: "Tick off a step of a finding's playbook.")

        @OptionGroup var finding: FindingArgument

        @Argument(help: "The step's id, as alert show prints it.")
        var step: String

        @Flag(help: "It is not done after all.")
        var undo = false

        @OptionGroup var person: PersonOption

        func change(_ stored: StoredFinding) throws -> (TriageStore.Change, String) {
            let lines = try PlaybookLines(stored, products: [], finding.store.configuration.load())
            guard let steps = lines?.playbook.steps.map(\.id) else {
                throw CommandError(.usage, "the finding's rule has no playbook, so there are no steps to tick off")
            }
            guard steps.contains(step) else {
                throw CommandError(
                    .usage, "the playbook has no step \(step)\(Suggestion.hint(for: step, among: steps)); "
                        + "there are \(steps.joined(separator: ", "))")
            }
            return (.step(step, isDone: !undo), "step \(step) \(undo ? "open again" : "done")")
        }
    }

    struct Close: TriageCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close a finding, with what it was.",
            discussion: "What happens after it was closed raises a new finding, which names this one.")

        @OptionGroup var finding: FindingArgument

        @Option(help: "What it was. It counts for how often the rule is wrong (siemctl alert verdicts).")
        var verdict: VerdictArgument

        @Option(help: "Why.")
        var reason = ""

        @OptionGroup var person: PersonOption

        func change(_ stored: StoredFinding) -> (TriageStore.Change, String) {
            (.close(verdict.verdict, reason: reason), "closed as \(verdict.verdict.rawValue.replacing("_", with: " "))")
        }
    }

    struct Reopen: TriageCommand {
        static let configuration = CommandConfiguration(abstract: "Open a finding again that was closed.")

        @OptionGroup var finding: FindingArgument

        @Option(help: "Why.")
        var reason = ""

        @OptionGroup var person: PersonOption

        func change(_ stored: StoredFinding) -> (TriageStore.Change, String) { (.reopen(reason: reason), "open again") }
    }
}
