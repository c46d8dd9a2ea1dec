import Alerting
import ArgumentParser
import EventModel
import LocatedYAML
import Pipeline
import Storage

struct EntityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "entity", abstract: "Whom or what findings add up for: the risk of identities and addresses.",
        discussion: "docs/alerts.md says how risk is counted.", subcommands: [List.self, Show.self])

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, jsonl
    }

    /// How far back the trend looks, in microseconds.
    static let trendSpan: Int64 = 86_400_000_000

    /// How points add up here; where that is switched off, what was counted still decays as it would by default.
    static func policy(_ store: StoreOptions) throws -> RiskPolicy {
        guard let policy = try store.configuration.load().risk else {
            Console.note("risk is switched off in the configuration: nothing is added any more")
            return RiskPolicy()
        }
        return policy
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "ls", abstract: "List entities, the riskiest now first.")

        @Option(name: [.customShort("n"), .long], help: "At most so many; 0 for all.")
        var limit = 50

        @Option(help: "Only values of this field: identity, src_endpoint.ip.")
        var field: String?

        @Option(name: .shortAndLong, help: "table, json (a list), or jsonl.")
        var output = Format.table

        @OptionGroup var store: StoreOptions

        func validate() throws {
            if limit < 0 { throw ValidationError("--limit must be 0 or more, not \(limit)") }
        }

        func run() async throws {
            let policy = try EntityCommand.policy(store)
            let reader = try store.open()
            let now = Timestamp.now()
            let rows = try await CommandError.ofStore { try await reader.entityRisk(field: field) }
            if let field, rows.isEmpty { try await refuse(field, reader) }
            let ranked = rows.map { EntityScore($0, policy, now: now) }.sorted(by: EntityScore.precedes)
            var shown = limit == 0 ? ranked : Array(ranked.prefix(limit))
            for index in shown.indices {
                let row = shown[index].row
                let whole = try await CommandError.ofStore { try await reader.entityRisk(value: row.value, field: row.field) }
                shown[index].setTrend(whole.first?.state, policy, now: now)
            }
            switch output {
            case .table: print(shown, of: ranked.count, policy)
            case .json: Console.print("[" + shown.map(\.json).joined(separator: ",\n") + "]")
            case .jsonl: for score in shown { Console.print(score.json) }
            }
        }

        /// A field that no entity has: perhaps a slip.
        private func refuse(_ field: String, _ reader: StoreReader) async throws {
            let fields = Set(try await CommandError.ofStore { try await reader.entityRisk() }.map(\.field)).sorted()
            if fields.isEmpty { return }
            throw CommandError(
                .usage,
                "no entity is a value of \(field)\(Suggestion.hint(for: field, among: fields)); there are "
                    + fields.joined(separator: ", "))
        }

        private func print(_ scores: [EntityScore], of total: Int, _ policy: RiskPolicy) {
            guard !scores.isEmpty else { return Console.note("no finding has added to the risk of anybody yet") }
            var table = Table([
                .init(title: "SCORE", alignsRight: true), .init(title: "DAY", alignsRight: true),
                .init(title: "FINDINGS", alignsRight: true), .init(title: "LAST (UTC)", isFixed: true), .init(title: "FIELD"),
                .init(title: "WHO OR WHERE"),
            ])
            for score in scores {
                table.add([
                    .init(RiskPolicy.text(score.points), EntityScore.tone(score.points, policy)), .init(score.trendText),
                    .init("\(score.row.findings)"), .init(TimeText.short(score.row.at), .dim), .init(score.row.field),
                    .init(score.row.value),
                ])
            }
            table.print()
            Console.note(
                scores.count < total
                    ? "showing \(scores.count) of \(total); --limit 0 for all" : "siemctl entity show VALUE tells why")
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell how an entity's score came about: each finding, what it added and what is left of it.")

        @Argument(help: "The identity, address or other value.")
        var value: String

        @Option(help: "Only the value of this field.")
        var field: String?

        @Option(name: .shortAndLong, help: "table, json (a list), or jsonl.")
        var output = Format.table

        @OptionGroup var store: StoreOptions

        func run() async throws {
            let policy = try EntityCommand.policy(store)
            let reader = try store.open()
            let now = Timestamp.now()
            let rows = try await CommandError.ofStore { try await reader.entityRisk(value: value, field: field) }
            if rows.isEmpty { try await refuse(reader) }
            var stories: [EntityStory] = []
            for row in rows {
                guard let state = EntityRiskState(json: row.state) else {
                    throw CommandError(
                        .partial, "what the risk of \(value) is made of cannot be read; siemd counts it anew when it starts")
                }
                stories.append(EntityStory(state: state, policy: policy, now: now))
            }
            switch output {
            case .table:
                for (index, story) in stories.enumerated() {
                    if index > 0 { Console.print("") }
                    for line in story.lines(.standardOutput()) { Console.print(line) }
                }
            case .json: Console.print("[" + stories.map(\.json).joined(separator: ",\n") + "]")
            case .jsonl: for story in stories { Console.print(story.json) }
            }
        }

        private func refuse(_ reader: StoreReader) async throws -> Never {
            let known = try await CommandError.ofStore { try await reader.entityRisk(field: field) }
            let whose = field.map { " of \($0)" } ?? ""
            // As people type it: in another case, or a part.
            let part = known.filter { $0.value.lowercased().contains(value.lowercased()) }.prefix(3).map(\.value)
            var hint = Suggestion.hint(for: value, among: known.map(\.value))
            if !part.isEmpty { hint = "; did you mean " + part.map { "\"\($0)\"" }.joined(separator: " or ") + "?" }
            if hint.isEmpty, !known.isEmpty { hint = "; siemctl entity ls lists all" }
            throw CommandError(.usage, "no finding has added to the risk of the value \"\(value)\"\(whose)\(hint)")
        }
    }
}
