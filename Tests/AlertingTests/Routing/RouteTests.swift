import Alerting
import EventModel
import Testing

/// Trees of the shapes that Alertmanager's documentation shows.
@Suite struct RouteTests {
    private static func matchers(_ text: String) throws -> [LabelMatcher] { try LabelMatcher.parse(text) }

    private static func router() throws -> Router {
        let databases = RouteConfiguration(
            receiver: "identity-team", matchers: try matchers(#"product=~"okta|entra_id""#), groupBy: ["product", "identity"],
            groupWait: 10_000_000,
            routes: [
                RouteConfiguration(receiver: "identity-pager", matchers: try matchers("level=critical"), repeatInterval: 60_000_000),
                RouteConfiguration(matchers: try matchers(#"technique=~"T1621.*""#), groupBy: ["..."], groupInterval: 1_000_000),
            ])
        let audit = RouteConfiguration(receiver: "audit", matchers: try matchers(#"level=~"high|critical""#), continues: true)
        let code = RouteConfiguration(
            receiver: "code-team", matchers: try matchers("product=github"),
            routes: [
                RouteConfiguration(receiver: "archive", matchers: try matchers("kind=event"), continues: true),
                RouteConfiguration(receiver: "code-pager", matchers: try matchers("level=critical"), continues: true),
            ])
        let twin = RouteConfiguration(receiver: "twin", matchers: try matchers("product=github"))
        return try Router(
            RoutingConfiguration(
                route: RouteConfiguration(receiver: "soc", groupBy: ["rule"], routes: [audit, databases, code, twin]),
                receivers: .init(
                    uniqueKeysWithValues: [
                        "soc", "audit", "identity-team", "identity-pager", "code-team", "archive", "code-pager", "twin",
                    ].map { ($0, .init()) })))
    }

    @Test(arguments: [
        ("level=low", ["soc"]), ("level=low,product=slack", ["soc"]),
        // `continue` goes on to siblings; where none of them matches, the parent is not asked again.
        ("level=high,product=slack", ["audit"]), ("level=high,product=okta", ["audit", "identity-team"]),
        ("level=critical,product=okta", ["audit", "identity-pager"]), ("level=low,product=okta", ["identity-team"]),
        ("level=low,product=entra_id,technique=T1621", ["identity-team"]),
        // Without it the first sibling is the only one.
        ("level=low,product=github", ["code-team"]), ("level=low,product=github,kind=event", ["archive"]),
        ("level=critical,product=github,kind=event", ["audit", "archive", "code-pager"]),
        ("level=critical,product=github,kind=event_count", ["audit", "code-pager"]),
    ])
    func goesWhereAlertmanagerWould(labels: String, receivers: [String]) throws {
        let labels = FindingLabels(try Self.matchers(labels).map { Label($0.name, $0.value) })
        #expect(try Self.router().routes(for: labels).map(\.receiver) == receivers)
    }

    @Test func inheritsWhatItDoesNotSay() throws {
        let routes = try Self.router().routes
        #expect(routes.map(\.index) == Array(0..<9))
        let (root, pager, fatigue) = (routes[0], routes[3], routes[4])
        #expect(root.groupWait == 30_000_000 && root.groupInterval == 300_000_000 && root.repeatInterval == 14_400_000_000)
        #expect(pager.grouping == .labels(["product", "identity"]) && pager.groupWait == 10_000_000)
        #expect(pager.groupInterval == 300_000_000 && pager.repeatInterval == 60_000_000)
        #expect(fatigue.receiver == "identity-team" && fatigue.grouping == .all && fatigue.groupInterval == 1_000_000)
        #expect(Set(routes.map(\.key)).count == routes.count)
        #expect(pager.key == #"{}/{product=~"okta|entra_id"}/{level="critical"}"#)
        #expect(routes[8].key == #"{}/{product="github"}#2"#)
    }

    @Test func groupsByTheLabelsThatAreThere() throws {
        let routes = try Self.router().routes
        let labels = FindingLabels([Label("technique", "T1621"), Label("identity", "ana"), Label("rule", "r1")])
        #expect(routes[0].groupLabels(labels) == [Label("rule", "r1")])
        #expect(routes[3].groupLabels(labels) == [Label("identity", "ana")])
        #expect(routes[4].groupLabels(labels) == [Label("identity", "ana"), Label("rule", "r1"), Label("technique", "T1621")])
    }

    @Test(arguments: [
        (RouteConfiguration(), "route.receiver: the root must name a receiver"),
        (RouteConfiguration(receiver: "sock"), "route.receiver: there is no receiver \"sock\"; there are soc"),
        (RouteConfiguration(receiver: "soc", continues: true), "route.continue: the root has no sibling"),
        (RouteConfiguration(receiver: "soc", muteTimeIntervals: ["x"]), "route.mute_time_intervals: the root cannot be muted"),
        (RouteConfiguration(receiver: "soc", routes: [.init(activeTimeIntervals: ["x"])]),
            "route.routes[0].active_time_intervals: there is no time interval \"x\""),
        (RouteConfiguration(receiver: "soc", groupBy: ["a", "b", "a"]), "route.group_by: \"a\" stands there twice"),
        (RouteConfiguration(receiver: "soc", groupBy: ["...", "a"]), "route.group_by: \"...\" stands for all labels"),
        (RouteConfiguration(receiver: "soc", routes: [.init(), .init(routes: [.init(groupInterval: 0)])]),
            "route.routes[1].routes[0].group_interval: it must be longer than nothing"),
        (RouteConfiguration(receiver: "soc", groupWait: -1), "route.group_wait: it must be longer than nothing"),
        (RouteConfiguration(receiver: "soc", repeatInterval: .max), "route.repeat_interval: it must be at most 366d"),
        (RouteConfiguration(receiver: "soc", routes: Array(repeating: .init(), count: 1_000)), "route.routes: there are more than 1000"),
        ((0..<20).reduce(RouteConfiguration()) { child, _ in RouteConfiguration(receiver: "soc", routes: [child]) },
            "routes are nested more than 16 deep"),
    ])
    func saysWhatIsWrong(route: RouteConfiguration, message: String) throws {
        let configuration = RoutingConfiguration(route: route, receivers: ["soc": .init()])
        #expect(configuration.flaws().contains { $0.description.contains(message) }, "\(configuration.flaws())")
        #expect(throws: RoutingFlaw.self) { try Router(configuration) }
    }
}
