import Alerting
import ArgumentParser
import EventModel
import Foundation
import Storage

struct AlertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alert", abstract: "What was found.", subcommands: [List.self, Show.self])

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, jsonl
        /// OCSF Detection Finding 2004, a line each: what webhooks are sent.
        case ocsf
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "ls", abstract: "List findings, the latest first.")

        @Option(name: [.customShort("S"), .long], help: "Last seen since: 24h, 7d (ago), a date or RFC 3339. Default: all.")
        var since: TimeArgument?

        @Option(help: "informational, low, medium, high or critical, and above.")
        var level: LevelArgument?

        @Option(name: [.customShort("n"), .long], help: "At most so many; 0 for all.")
        var limit = 100

        @Option(name: .shortAndLong, help: "table, json (a list), jsonl, or ocsf.")
        var output = Format.table

        @OptionGroup var store: StoreOptions

        func run() async throws {
            let reader = try store.open()
            var filter = FindingFilter()
            filter.since = since?.time
            filter.minimumLevel = level?.level
            filter.limit = limit == 0 ? .max : limit
            let findings: [StoredFinding]
            do { findings = try await reader.findings(filter) } catch { throw CommandError(.environment, "\(error)") }
            switch output {
            case .table: print(findings)
            case .json: Console.print("[" + (findings.map(\.finding.json).joined(separator: ",\n")) + "]")
            case .jsonl: for finding in findings { Console.print(finding.finding.json) }
            case .ocsf: for finding in findings { Console.print(FindingDocument.json(finding.finding)) }
            }
        }

        private func print(_ findings: [StoredFinding]) {
            guard !findings.isEmpty else { return Console.note("no findings") }
            var table = Table([
                .init(title: "UID", isFixed: true), .init(title: "LEVEL"), .init(title: "LAST SEEN (UTC)", isFixed: true),
                .init(title: "COUNT", alignsRight: true),
                .init(title: "WHO OR WHERE"), .init(title: "TITLE"),
            ])
            for stored in findings {
                let finding = stored.finding
                table.add([
                    .init(String(finding.uid.prefix(12)), .dim),
                    .init(finding.rule.level.rawValue, AlertText.tone(finding.rule.level)),
                    .init(TimeText.short(finding.lastSeen)), .init("\(finding.count)"),
                    .init(finding.group.map(\.value).joined(separator: ", ")), .init(finding.rule.title),
                ])
            }
            for line in table.lines(.standardOutput()) { Console.print(line) }
            Console.note(
                findings.count == limit ? "showing the latest \(limit); --limit 0 for all" : "siemctl alert show UID tells why")
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell one finding's story: why it was raised, and the events behind it in time order.")

        @Argument(help: "The uid, or its beginning.")
        var uid: String

        @Option(name: .shortAndLong, help: "table, json, jsonl, or ocsf.")
        var output = Format.table

        @OptionGroup var store: StoreOptions

        func run() async throws {
            let catalog = FieldCatalog()
            let reader = try store.open(catalog: catalog)
            var filter = FindingFilter()
            filter.uidPrefix = uid
            filter.limit = 2
            do {
                let found = try await reader.findings(filter)
                guard let stored = found.first else { throw CommandError(.usage, "no finding's uid begins with \(uid)") }
                guard found.count == 1 else {
                    throw CommandError(.usage, "several findings' uids begin with \(uid); give more of it")
                }
                switch output {
                case .table:
                    let events = try await reader.events(sequences: stored.finding.evidence.map(\.sequence))
                    let deliveries = try await reader.deliveries(findingUID: stored.finding.uid)
                    for line in AlertStory(stored: stored, events: events, deliveries: deliveries).lines(.standardOutput()) {
                        Console.print(line)
                    }
                case .json, .jsonl: Console.print(stored.finding.json)
                case .ocsf: Console.print(FindingDocument.json(stored.finding))
                }
            } catch let error as StoreError {
                throw CommandError(.environment, "\(error)")
            }
        }
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
}
