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
            let webhooks = try CommandError.ofSetup { try WebhookSetup.webhooks(installation) }
            guard let webhook = webhooks.first(where: { $0.name == endpoint }) else {
                let names = webhooks.map(\.name)
                let known = names.isEmpty ? "the configuration has none" : "known are \(names.joined(separator: ", "))"
                throw CommandError(
                    .usage, "no webhook is called \"\(endpoint)\"\(Suggestion.hint(for: endpoint, among: names)); \(known)")
            }
            guard let request = WebhookRequest(sampleFor: webhook, at: .now()) else {
                throw CommandError(.usage, "the format \(webhook.format.rawValue) has nothing to say of a new finding")
            }
            if verbose {
                for header in request.headers where header.name.lowercased() != "authorization" {
                    Console.print("\(header.name): \(header.value)")
                }
                Console.print("")
                Console.print(webhook.format.needsKey ? "(the body holds or goes with a key and is not shown)" : request.body)
                Console.print("")
            }
            let transport = HTTPTransport()
            let start = ContinuousClock.now
            let attempt = await transport.send(request, to: webhook)
            let took = (ContinuousClock.now - start) / .milliseconds(1)
            await transport.shutdown()
            let (isTaken, text) = Self.text(attempt)
            let style = Style.standardOutput()
            let mark = isTaken ? style.paint("taken", .green) : style.paint("not taken", .red)
            Console.print("\(webhook.name): \(mark), \(text) (\(Int(took)) ms)")
            if !isTaken { throw ExitCode(CommandError.Status.failed.rawValue) }
        }

        private static func text(_ attempt: DeliveryAttempt) -> (isTaken: Bool, text: String) {
            switch attempt {
            case .response(let status, let retryAfter, let excerpt):
                let wait = retryAfter.map { ", Retry-After: \($0)" } ?? ""
                return ((200..<300).contains(status), "status \(status)\(wait)\(excerpt.isEmpty ? "" : ": " + excerpt)")
            case .failure(let reason), .refused(let reason): return (false, reason)
            case .interrupted: return (false, "interrupted")
            }
        }
    }
}
