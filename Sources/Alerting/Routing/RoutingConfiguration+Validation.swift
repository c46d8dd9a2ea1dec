/// What is wrong with a routing configuration, and where.
public struct RoutingFlaw: Sendable, Equatable, CustomStringConvertible {
    public enum Place: Sendable, Hashable {
        /// The way from the root, as the numbers of its children from 0; the root itself is empty.
        case route([Int])
        /// By number from 0.
        case inhibitionRule(Int)
        case timeInterval(String)
    }

    public var place: Place
    /// The key of the configuration that it is about.
    public var key: String
    public var message: String

    public var description: String {
        switch place {
        case .route(let path): "\((["route"] + path.map { "routes[\($0)]" }).joined(separator: ".")).\(key): \(message)"
        case .inhibitionRule(let number): "inhibit_rules[\(number)].\(key): \(message)"
        case .timeInterval(let name): "time_intervals \"\(name)\".\(key): \(message)"
        }
    }
}

extension RoutingConfiguration {
    /// The tree may not be deeper: it is walked by recursion, for every finding.
    public static let maximumDepth = 16
    public static let maximumRoutes = 1_000
    /// Longer waits are slips of the pen.
    static let longestWait: Int64 = 366 * 86_400_000_000

    /// Everything that is wrong with it, in the order of the tree. Empty: `Router` can be made of it.
    public func flaws() -> [RoutingFlaw] {
        var flaws: [RoutingFlaw] = []
        let root = RoutingFlaw.Place.route([])
        if route.receiver == nil {
            flaws.append(.init(place: root, key: "receiver", message: "the root must name a receiver"))
        }
        if !route.matchers.isEmpty {
            flaws.append(.init(place: root, key: "matchers", message: "the root takes every finding: it has no matchers"))
        }
        for (key, names) in [
            ("mute_time_intervals", route.muteTimeIntervals), ("active_time_intervals", route.activeTimeIntervals),
        ] where !names.isEmpty {
            flaws.append(.init(place: root, key: key, message: "the root cannot be muted"))
        }
        if route.continues {
            flaws.append(.init(place: root, key: "continue", message: "the root has no sibling to continue with"))
        }
        var count = 0
        check(route, [], &count, &flaws)
        if count > Self.maximumRoutes {
            flaws.append(.init(place: root, key: "routes", message: "there are more than \(Self.maximumRoutes) routes"))
        }
        for (number, rule) in inhibitionRules.enumerated() {
            if rule.sourceMatchers.isEmpty && rule.targetMatchers.isEmpty {
                let message = "it needs source_matchers or target_matchers"
                flaws.append(.init(place: .inhibitionRule(number), key: "source_matchers", message: message))
            }
            if let double = Self.firstDouble(rule.equal) {
                flaws.append(.init(place: .inhibitionRule(number), key: "equal", message: "\"\(double)\" stands there twice"))
            }
        }
        return flaws
    }

    private func check(_ route: RouteConfiguration, _ path: [Int], _ count: inout Int, _ flaws: inout [RoutingFlaw]) {
        count += 1
        func add(_ key: String, _ message: String) { flaws.append(.init(place: .route(path), key: key, message: message)) }
        if let receiver = route.receiver, receivers[receiver] == nil {
            let known = receivers.keys.sorted().prefix(20).joined(separator: ", ")
            add("receiver", "there is no receiver \"\(receiver)\"\(known.isEmpty ? "" : "; there are \(known)")")
        }
        checkGroupBy(route.groupBy, add)
        let waits = [
            ("group_wait", route.groupWait), ("group_interval", route.groupInterval), ("repeat_interval", route.repeatInterval),
        ]
        for case (let key, let wait?) in waits {
            if key == "group_wait" ? wait < 0 : wait <= 0 { add(key, "it must be longer than nothing") }
            if wait > Self.longestWait { add(key, "it must be at most 366d") }
        }
        for (key, names) in [
            ("mute_time_intervals", route.muteTimeIntervals), ("active_time_intervals", route.activeTimeIntervals),
        ] {
            for name in names where timeIntervals[name] == nil { add(key, "there is no time interval \"\(name)\"") }
        }
        guard path.count < Self.maximumDepth || route.routes.isEmpty else {
            return add("routes", "routes are nested more than \(Self.maximumDepth) deep")
        }
        for (number, child) in route.routes.enumerated() { check(child, path + [number], &count, &flaws) }
    }

    private func checkGroupBy(_ names: [String]?, _ add: (String, String) -> Void) {
        guard let names else { return }
        if names.contains(RouteConfiguration.allLabels), names.count > 1 {
            add("group_by", "\"...\" stands for all labels: it is alone")
        } else if let double = Self.firstDouble(names) {
            add("group_by", "\"\(double)\" stands there twice")
        }
        if names.contains("") { add("group_by", "a label's name is empty") }
        if names.count > FindingLabels.maximumValues { add("group_by", "at most \(FindingLabels.maximumValues) labels") }
    }

    private static func firstDouble(_ names: [String]) -> String? {
        var seen: Set<String> = []
        return names.first { !seen.insert($0).inserted }
    }
}
