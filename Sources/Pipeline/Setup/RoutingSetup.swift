import Alerting
import EventModel

/// Who is told of what, where the configuration does not say.
enum RoutingSetup {
    /// For findings that are nobody's.
    static let nobody = "none"
    private static let interval: Int64 = 30_000_000
    /// The longest there is: nobody is reminded of what was not asked for.
    private static let never: Int64 = 366 * 86_400_000_000

    /// What a configuration without `routing:` means: every webhook is told of every finding from its level on, at once, alone
    /// and once; and when it is acknowledged or closed.
    static func standard(_ webhooks: [WebhookConfiguration]) -> RoutingConfiguration {
        var receivers = [nobody: RoutingConfiguration.Receiver(sendsResolved: false)]
        for webhook in webhooks { receivers[webhook.name] = RoutingConfiguration.Receiver(sendsResolved: webhook.sendsResolved) }
        let routes = webhooks.map { webhook in
            RouteConfiguration(receiver: webhook.name, matchers: levels(from: webhook.minimumLevel), continues: true)
        }
        return RoutingConfiguration(
            route: RouteConfiguration(
                receiver: nobody, groupBy: ["finding"], groupWait: 0, groupInterval: interval, repeatInterval: never,
                routes: routes),
            receivers: receivers)
    }

    private static func levels(from minimum: Level) -> [LabelMatcher] {
        let names = Level.allCases.filter { $0 >= minimum }.map(\.rawValue)
        // The names of levels are letters: that cannot fail.
        return (try? LabelMatcher("level", .matches, names.joined(separator: "|"))).map { [$0] } ?? []
    }
}
