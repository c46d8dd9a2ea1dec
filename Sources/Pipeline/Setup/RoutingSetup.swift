public import Alerting
import EventModel

/// Who is told of what, where the configuration does not say.
public enum RoutingSetup {
    /// For findings that are nobody's.
    static let nobody = "none"
    private static let interval: Int64 = 30_000_000
    /// The longest there is: nobody is reminded of what was not asked for.
    private static let never: Int64 = 366 * 86_400_000_000

    /// All that can be told: webhooks and mailboxes, with their secrets.
    ///
    /// - Throws: `StartError` if a secret cannot be had, or does not fit.
    public static func receivers(_ configuration: Configuration) throws(StartError) -> [AlertReceiver] {
        try WebhookSetup.webhooks(configuration).map { .webhook($0) }
            + MailSetup.mailboxes(configuration).map { .mailbox($0) }
    }

    /// Who is told of what. Needs no secrets.
    /// - Throws: `StartError` if the routes contradict each other; reading the file has told so before, with the place.
    public static func router(_ configuration: Configuration) throws(StartError) -> Router {
        let routing = configuration.routing ?? standard(configuration)
        do {
            return try Router(routing, offset: ConfigurationFile.zoneOffset(routing))
        } catch {
            throw StartError("routing: \(error)")
        }
    }

    /// What a configuration without `routing:` means: every receiver is told of every finding from its level on, at once, alone
    /// and once; and when it is acknowledged or closed.
    static func standard(_ configuration: Configuration) -> RoutingConfiguration {
        let all = configuration.receivers
        let routes = all.map { receiver in
            RouteConfiguration(receiver: receiver.name, matchers: levels(from: receiver.minimumLevel), continues: true)
        }
        return RoutingConfiguration(
            route: RouteConfiguration(
                receiver: nobody, groupBy: ["finding"], groupWait: 0, groupInterval: interval, repeatInterval: never,
                routes: routes),
            receivers: known(configuration))
    }

    /// The receivers that routes may name.
    static func known(_ configuration: Configuration) -> [String: RoutingConfiguration.Receiver] {
        var known = [nobody: RoutingConfiguration.Receiver(sendsResolved: false)]
        for receiver in configuration.receivers { known[receiver.name] = .init(sendsResolved: receiver.sendsResolved) }
        return known
    }

    private static func levels(from minimum: Level) -> [LabelMatcher] {
        let names = Level.allCases.filter { $0 >= minimum }.map(\.rawValue)
        // The names of levels are letters: that cannot fail.
        return (try? LabelMatcher("level", .matches, names.joined(separator: "|"))).map { [$0] } ?? []
    }
}
