import Alerting
import ArgumentParser
import EventModel
import Storage

extension AlertCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ls", abstract: "List the findings that are open, the riskiest first.")

        @OptionGroup var filter: FindingOptions

        @Option(name: [.customShort("n"), .long], help: "At most so many; 0 for all.")
        var limit = 100

        @Option(name: .shortAndLong, help: "table, json (a list), jsonl, or ocsf.")
        var output = Format.table

        @OptionGroup var store: StoreOptions

        func run() async throws {
            let reader = try store.open()
            let findings = try await CommandError.ofStore { try await reader.findings(filter.filter(limit: limit)) }
            switch output {
            case .table: print(findings)
            case .json: Console.print("[" + (findings.map(\.finding.json).joined(separator: ",\n")) + "]")
            case .jsonl: for finding in findings { Console.print(finding.finding.json) }
            case .ocsf: for finding in findings { Console.print(finding.ocsf) }
            }
        }

        private func print(_ findings: [StoredFinding]) {
            guard !findings.isEmpty else { return Console.note("no findings") }
            var table = Table([
                .init(title: "UID", isFixed: true), .init(title: "RISK", alignsRight: true), .init(title: "LEVEL"),
                .init(title: "LAST SEEN (UTC)", isFixed: true), .init(title: "COUNT", alignsRight: true),
                .init(title: "STATUS"), .init(title: "WHO OR WHERE"), .init(title: "TITLE"),
            ])
            for stored in findings {
                let finding = stored.finding
                table.add([
                    .init(AlertText.shortUID(finding.uid), .dim), .init("\(stored.risk)"),
                    .init(finding.rule.level.rawValue, AlertText.tone(finding.rule.level)),
                    .init(TimeText.short(finding.lastSeen)), .init("\(finding.count)"), .init(AlertText.status(stored)),
                    .init(finding.group.map(\.value).joined(separator: ", ")), .init(finding.rule.title),
                ])
            }
            table.print()
            Console.note(
                findings.count == limit ? "showing \(limit); --limit 0 for all" : "siemctl alert show UID tells why")
        }
    }
}

/// Which findings.
struct FindingOptions: ParsableArguments {
    @Option(name: [.customShort("S"), .long], help: "Last seen since: 24h, 7d (ago), a date or RFC 3339. Default: all.")
    var since: TimeArgument?

    @Option(name: [.customShort("U"), .long], help: "Last seen before.")
    var until: TimeArgument?

    @Option(help: "informational, low, medium, high or critical, and above.")
    var level: LevelArgument?

    @Option(help: "new, acknowledged or closed; several are written one by one. Default: those that are not closed.")
    var status: [StatusArgument] = []

    @Flag(help: "Closed ones as well.")
    var all = false

    @Flag(help: "What drills raised, closed or not, in place of what happened.")
    var drills = false

    @Option(help: "The id of their rule.")
    var rule: String?

    @Option(help: "A value that their events have in common: an identity, an address.")
    var entity: String?

    @Option(help: "Who has taken them.")
    var assignee: String?

    @Option(help: "What they were closed as.")
    var verdict: VerdictArgument?

    @Flag(help: "The latest first, in place of the riskiest.")
    var latest = false

    func filter(limit: Int) -> FindingFilter {
        var filter = FindingFilter()
        filter.since = since?.time
        filter.until = until?.time
        filter.minimumLevel = level?.level
        filter.statuses = Set(status.map(\.status))
        // A drill's are closed when it ends.
        if status.isEmpty, !all, !drills, verdict == nil { filter.statuses = [.new, .acknowledged] }
        filter.drills = drills ? .only : .none
        filter.rule = rule
        filter.entity = entity
        filter.assignee = assignee
        filter.verdict = verdict?.verdict
        filter.order = latest ? .lastSeen : .risk
        filter.limit = limit == 0 ? .max : limit
        return filter
    }
}

/// Findings in colour.
enum AlertText {
    static func tone(_ level: Level) -> Style.Tone {
        switch level {
        case .critical, .high: .red
        case .medium: .yellow
        case .low: .cyan
        case .informational: .plain
        }
    }

    /// Enough of a uid to name it. The number of a finding that follows a closed one is kept.
    static func shortUID(_ uid: String) -> String {
        guard let dash = uid.lastIndex(of: "-"), uid.distance(from: uid.startIndex, to: dash) > 12 else {
            return String(uid.prefix(12))
        }
        return uid[dash...].dropFirst().allSatisfy(\.isNumber) ? uid : String(uid.prefix(12))
    }

    static func status(_ stored: StoredFinding) -> String {
        let verdict = stored.verdict.map { ", " + $0.rawValue.replacing("_", with: " ") } ?? ""
        return stored.status.rawValue + verdict + (stored.assignee.map { " (\($0))" } ?? "")
    }
}
