import Alerting
import ArgumentParser
import EventModel
import Glibc
import Storage

struct AlertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alert", abstract: "What was found, and what to do with it.",
        discussion: "docs/alerts.md says how findings live.",
        subcommands: [
            List.self, Show.self, Why.self, Events.self, Acknowledge.self, Assign.self, Note.self, Step.self, Close.self,
            Reopen.self,
            Export.self, Verdicts.self,
        ])

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, jsonl
        /// OCSF Detection Finding 2004, a line each: what webhooks are sent.
        case ocsf
    }
}

/// One finding, by its uid or the beginning of it.
struct FindingArgument: ParsableArguments {
    @Argument(help: "The uid, or its beginning.")
    var uid: String

    @OptionGroup var store: StoreOptions

    func find(_ reader: StoreReader) async throws -> StoredFinding {
        var filter = FindingFilter()
        filter.drills = .with
        filter.uidPrefix = uid
        filter.limit = 2
        let found = try await CommandError.ofStore { try await reader.findings(filter) }
        // A finding that follows a closed one has the other's uid and a number.
        if let exact = found.first(where: { $0.finding.uid == uid }) { return exact }
        guard let stored = found.first else { throw CommandError(.usage, "no finding's uid begins with \(uid)") }
        guard found.count == 1 else {
            throw CommandError(.usage, "several findings' uids begin with \(uid); give more of it")
        }
        return stored
    }
}

/// Who does something, for the record.
struct PersonOption: ParsableArguments {
    @Option(name: .customLong("by"), help: "Who does it; without it the user who runs this.")
    var name: String?

    /// The person behind `sudo`, else the user.
    var person: String {
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } }
        return name ?? variable("SUDO_USER") ?? variable("USER") ?? "uid \(getuid())"
    }
}

/// A level as an argument.
struct LevelArgument: ExpressibleByArgument {
    let level: Level

    init?(argument: String) {
        guard let level = Level(rawValue: argument) else { return nil }
        self.level = level
    }
}

/// A verdict as people type it: `false-positive`.
struct VerdictArgument: ExpressibleByArgument {
    static let allValueStrings = Verdict.allCases.map { $0.rawValue.replacing("_", with: "-") }

    let verdict: Verdict

    init?(argument: String) {
        guard let verdict = Verdict(rawValue: argument.replacing("-", with: "_")) else { return nil }
        self.verdict = verdict
    }
}

/// A status as an argument.
struct StatusArgument: ExpressibleByArgument {
    static let allValueStrings = FindingStatus.allCases.map(\.rawValue)

    let status: FindingStatus

    init?(argument: String) {
        guard let status = FindingStatus(rawValue: argument) else { return nil }
        self.status = status
    }
}

extension StoredFinding {
    /// As an OCSF Detection Finding, with what people decided.
    var ocsf: String {
        FindingDocument.json(NotifiedFinding(finding, status: status, assignee: assignee, verdict: verdict))
    }
}
