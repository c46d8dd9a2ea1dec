import Alerting
import ArgumentParser
import EventModel
import Pipeline

struct RoutingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "routing", abstract: "Look at who is told of which findings.", subcommands: [Test.self])

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the receivers of a finding with these labels, one a line, in the order of the routes.",
            discussion: """
                Labels are those of docs/routing.md: siemctl routing test rule=brute-force level=high 'title=Two words'. \
                A receiver that two routes name is printed twice. Without "routing" in the configuration, that is every \
                receiver from its minimum_level on; where there is none, "none".
                """)

        @Argument(help: "name=value, the value as it is, without quotes; again for a label with several values.")
        var labels: [LabelArgument] = []

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            let configuration = try options.load()
            let given = FindingLabels(labels.map(\.label))
            let routes: [Route]
            do throws(StartError) {
                routes = try RoutingSetup.router(configuration).routes(for: given)
            } catch {
                throw CommandError(.usage, "\(error)")
            }
            for route in routes {
                Console.print(route.receiver)
                // What a receiver leaves out by itself is no matter of routes, and still surprises who asks.
                guard let level = Level(rawValue: given["level"]),
                    let receiver = configuration.receivers.first(where: { $0.name == route.receiver }),
                    level < receiver.minimumLevel
                else { continue }
                Console.note("\(receiver.name) is not told, though: its minimum_level is \(receiver.minimumLevel.rawValue)")
            }
        }
    }
}

/// A label on the command line.
struct LabelArgument: ExpressibleByArgument {
    var label: Label

    /// Everything up to the first `=` is the name.
    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign > argument.startIndex else { return nil }
        label = Label(String(argument[..<sign]), String(argument[argument.index(after: sign)...]))
    }
}
