import ArgumentParser
import EventModel
import Storage

struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Try receivers; see and repeat what was sent to them.",
        subcommands: [Test.self, Log.self, Retry.self, Replay.self, Enable.self])

    struct Log: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List deliveries, the latest first.")

        @Option(help: "Those of one endpoint.")
        var endpoint: String?

        @Option(help: "pending, delivered or dead.")
        var state: StateArgument?

        @Option(name: [.customShort("S"), .long], help: "Owed since: 24h, 7d (ago), a date or RFC 3339.")
        var since: TimeArgument?

        @Option(name: [.customShort("n"), .long], help: "At most so many; 0 for all.")
        var limit = 100

        @OptionGroup var store: StoreOptions

        func run() async throws {
            let reader = try store.open()
            var filter = DeliveryFilter()
            filter.endpoint = endpoint
            filter.state = state?.state
            filter.since = since?.time
            filter.limit = limit == 0 ? .max : limit
            let (deliveries, stats) = try await CommandError.ofStore {
                (try await reader.deliveries(filter), try await reader.outboxStats())
            }
            var table = Table([
                .init(title: "OWED (UTC)", isFixed: true), .init(title: "ENDPOINT"), .init(title: "STATE"),
                .init(title: "ATTEMPTS", alignsRight: true), .init(title: "NEXT OR DONE", isFixed: true),
                .init(title: "ID", isFixed: true), .init(title: "LAST ERROR"),
            ])
            for delivery in deliveries {
                let end = delivery.state == .pending ? delivery.nextAt : delivery.deliveredAt
                table.add([
                    .init(TimeText.short(delivery.createdAt), .dim), .init(delivery.endpoint),
                    .init(delivery.state.rawValue, Self.tone(delivery.state)), .init("\(delivery.attempts)"),
                    .init(end.map(TimeText.short) ?? ""), .init(delivery.id), .init(delivery.lastError ?? ""),
                ])
            }
            table.print()
            for endpoint in stats where endpoint.disabledReason != nil {
                Console.note(
                    "\(endpoint.endpoint) is switched off (\(endpoint.disabledReason ?? "")); "
                        + "siemctl webhook enable \(endpoint.endpoint) takes it into service again")
            }
        }

        private static func tone(_ state: DeliveryState) -> Style.Tone {
            switch state {
            case .pending: .yellow
            case .delivered: .plain
            case .dead: .red
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a delivery now that was given up, or waits. Its id stays, so that a receiver can tell.")

        @Argument(help: "The delivery's id, as webhook log prints it.")
        var id: String

        @OptionGroup var store: StoreOptions

        func run() throws {
            try store.triage { try $0.retryDelivery(id) }
            Console.note("\(id) is due now; siemd sends it")
        }
    }

    struct Replay: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send again what an endpoint was owed since a time, also what was delivered, under the ids of then.")

        @Argument(help: "The endpoint's name in the configuration.")
        var endpoint: String

        @Option(name: [.customShort("S"), .long], help: "Owed since: 24h, 7d (ago), a date or RFC 3339.")
        var since: TimeArgument

        @OptionGroup var store: StoreOptions

        func run() throws {
            let count = try store.triage { try $0.replayDeliveries(endpoint: endpoint, since: since.time) }
            Console.note(count == 1 ? "1 delivery is due again" : "\(count) deliveries are due again")
        }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take an endpoint into service again that its receiver switched off (410 Gone).")

        @Argument(help: "The endpoint's name in the configuration.")
        var endpoint: String

        @OptionGroup var store: StoreOptions

        func run() throws {
            let wasOff = try store.triage { try $0.enableEndpoint(endpoint) }
            Console.note(wasOff ? "\(endpoint) is in service again" : "\(endpoint) was not switched off")
        }
    }
}

/// A state as an argument.
struct StateArgument: ExpressibleByArgument {
    static let allValueStrings = DeliveryState.allCases.map(\.rawValue)

    let state: DeliveryState

    init?(argument: String) {
        guard let state = DeliveryState(rawValue: argument) else { return nil }
        self.state = state
    }
}
