import Alerting
import ArgumentParser
import EventModel
import LocatedYAML
import Pipeline

extension WebhookCommand {
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send one notification of a finding that is made up, and print what the receiver answers.",
            discussion: """
                It is marked as a drill, signed, and written in the endpoint's format, and it goes the way of all others: names \
                resolved and checked, certificates verified. Nothing is stored, and it is tried once. Exits 1 when the receiver \
                did not take it.
                """)

        @Argument(help: "The endpoint's name in the configuration.")
        var endpoint: String

        @Flag(help: "Print what is sent.")
        var verbose = false

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let installation = try options.load()
            let receivers = try CommandError.ofSetup { try RoutingSetup.receivers(installation) }
            guard let receiver = receivers.first(where: { $0.name == endpoint }) else {
                let names = receivers.map(\.name)
                let known = names.isEmpty ? "the configuration has none" : "known are \(names.joined(separator: ", "))"
                throw CommandError(
                    .usage, "no receiver is called \"\(endpoint)\"\(Suggestion.hint(for: endpoint, among: names)); \(known)")
            }
            guard let delivery = PendingDelivery(sampleFor: receiver, at: .now()) else {
                throw CommandError(.usage, "the format of \(receiver.name) has nothing to say of a new finding")
            }
            // Keys are added later, and are not in it.
            if verbose { Console.print(delivery.body + "\n") }
            let webhooks = HTTPTransport()
            let start = ContinuousClock.now
            let attempt = await AlertTransport(webhooks: webhooks).send(delivery, to: receiver, at: .now())
            let took = (ContinuousClock.now - start) / .milliseconds(1)
            await webhooks.shutdown()
            let style = Style.standardOutput()
            let mark = attempt.isTaken ? style.paint("taken", .green) : style.paint("not taken", .red)
            Console.print("\(receiver.name): \(mark), \(Self.text(attempt)) (\(Int(took)) ms)")
            if !attempt.isTaken { throw ExitCode(CommandError.Status.failed.rawValue) }
        }

        private static func text(_ attempt: DeliveryAttempt) -> String {
            if case .response(_, let retryAfter?, _) = attempt {
                return "\(attempt.answer ?? ""), Retry-After: \(retryAfter)"
            }
            switch attempt {
            case .failure(let reason), .refused(let reason): return reason
            case .response, .accepted, .postponed, .rejected, .interrupted: return attempt.answer ?? "interrupted"
            }
        }
    }
}
