import Alerting
import ArgumentParser
import EventModel
import Foundation
import Storage

struct SilenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "silence", abstract: "Keep findings from being told for a time. They are found and stored as ever.",
        discussion: "docs/routing.md says what silences match.", subcommands: [Add.self, List.self, Expire.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Begin a silence, now or later.")

        @Argument(help: "What it matches: 'rule=\"brute_force\"' 'identity=~\".*@example.com\"'; all have to.")
        var matchers: [String]

        @Option(name: .customLong("for"), help: "How long: 30m, 8h, 7d.")
        var duration: DurationArgument

        @Option(help: "When it begins, in RFC 3339; now, without it.")
        var from: TimeArgument?

        @Option(help: "Why.")
        var reason: String

        @OptionGroup var person: PersonOption
        @OptionGroup var store: StoreOptions

        func run() throws {
            let start = from?.time ?? .now()
            let id = UUID().uuidString.lowercased()
            do {
                let parsed = try matchers.flatMap { text throws(MatcherError) in try LabelMatcher.parse(text) }
                let silence = try Silence(
                    id: id, matchers: parsed, startsAt: start, endsAt: start + duration.microseconds, createdBy: person.person,
                    comment: reason)
                try store.triage {
                    try $0.add(
                        StoredSilence(
                            id: id, matchers: silence.matchers.map(\.description).joined(separator: ","),
                            startsAt: silence.startsAt, endsAt: silence.endsAt, createdBy: silence.createdBy,
                            reason: silence.comment, createdAt: .now()))
                }
            } catch let error as MatcherError {
                throw CommandError(.usage, "\(matchers.joined(separator: " ")): \(error)")
            } catch let error as SilenceError {
                throw CommandError(.usage, "\(error)")
            }
            Console.print(id)
            Console.note(
                "silent until \(TimeText.short(start + duration.microseconds)) UTC; siemctl silence expire \(id) ends it")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ls", abstract: "List silences that hold or will.")

        @Flag(help: "Those that have ended as well.")
        var all = false

        @OptionGroup var store: StoreOptions

        func run() async throws {
            let reader = try store.open()
            let now = Timestamp.now()
            let silences = try await CommandError.ofStore {
                try await reader.silences(endingAfter: all ? .distantPast : now)
            }
            guard !silences.isEmpty else { return Console.note("no silences") }
            var table = Table([
                .init(title: "ID", isFixed: true), .init(title: "STATE"), .init(title: "FROM (UTC)", isFixed: true),
                .init(title: "UNTIL (UTC)", isFixed: true), .init(title: "BY"), .init(title: "MATCHES"), .init(title: "REASON"),
            ])
            for silence in silences {
                let state = silence.endsAt <= now ? "expired" : silence.startsAt > now ? "pending" : "active"
                table.add([
                    .init(silence.id, .dim), .init(state, state == "active" ? .yellow : .plain),
                    .init(TimeText.short(silence.startsAt)), .init(TimeText.short(silence.endsAt)), .init(silence.createdBy),
                    .init(silence.matchers), .init(silence.reason),
                ])
            }
            table.print()
        }
    }

    struct Expire: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a silence now.")

        @Argument(help: "The silence's id.")
        var id: String

        @OptionGroup var store: StoreOptions

        func run() throws {
            try store.triage { try $0.expireSilence(id) }
            Console.note("\(id) has ended")
        }
    }
}
