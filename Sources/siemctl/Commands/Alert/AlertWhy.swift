import ArgumentParser
import Detection
import EventModel
import Matching
import Pipeline
import Sigma
import Storage

extension AlertCommand {
    struct Why: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say how near a rule came to firing for somebody or something, whether it did or not.",
            discussion: """
                Runs the rule over the stored events that have the entity among their values, and shows its best window: how \
                much of what it asks for was there, and what was missing.
                """)

        @Argument(help: "The rule's id, name or title.")
        var rule: String

        @Option(help: "A value of the events: an identity, an address, a name.")
        var entity: String

        @Option(name: [.customShort("S"), .long], help: "15m, 24h, 7d (ago), today, yesterday, a date or RFC 3339.")
        var since: TimeArgument?

        @Option(name: [.customShort("U"), .long], help: "Events before this time.")
        var until: TimeArgument?

        @OptionGroup var store: StoreOptions

        /// Of one entity; beyond it the latest are looked at.
        private static let maximumEvents = 50_000

        func run() async throws {
            let installation = try store.configuration.load()
            let loaded = RuleCommand.load([], installation)
            let metadata = try RuleCommand.rule(called: rule, in: loaded)
            let setup = try RuleCommand.setup(loaded.collection, installation)
            let reader = try store.open(
                catalog: setup.catalog, products: setup.products, sources: installation.eventSources)
            let from = since?.time ?? TimeText.parse("7d", now: .now())
            if since == nil { Console.note("over the last 7 days; --since asks for more") }
            let request = SearchRequest(
                .test(FieldTest(.anyValue, .text(.exactly(entity)))), since: from, until: until?.time, limit: Self.maximumEvents)
            let result = try await CommandError.ofStore { try await reader.search(request) }
            if result.totals.hasReachedLimit { Console.note("only the latest \(Self.maximumEvents) events are looked at") }
            var filter = FindingFilter()
            filter.rule = metadata.id
            filter.entity = entity
            filter.since = from
            filter.until = until?.time
            let findings = try await CommandError.ofStore { try await reader.findings(filter) }
            let nearness = RuleNearness(setup: setup, events: result.events, entity: entity, style: .standardOutput())
            for line in nearness.lines(metadata, findings: findings) { Console.print(line) }
            if result.totals.isPartial {
                throw CommandError(.partial, "the result is partial: some blocks could not be read")
            }
        }
    }
}
