import EventModel

/// A node of the routing tree, with everything that it inherits.
public struct Route: Sendable, Equatable {
    /// By which labels findings are put together.
    public enum Grouping: Sendable, Equatable {
        case labels([String])
        case all
    }

    /// Its number, depth first, from 0: the root.
    public let index: Int
    /// The matchers from the root down to here, by which what was told is found again after a restart: other routes may come and
    /// go around it. Unique; of routes that say the same, later ones have their number among these added.
    public let key: String
    public let receiver: String
    public let matchers: [LabelMatcher]
    public let continues: Bool
    public let grouping: Grouping
    /// Microseconds.
    public let groupWait: Int64
    public let groupInterval: Int64
    public let repeatInterval: Int64
    public let muteTimeIntervals: [String]
    public let activeTimeIntervals: [String]
    public let children: [Route]

    /// The nodes that a finding with these labels is handled by, as Alertmanager's dispatcher finds them: depth first, of
    /// siblings the first that matches and those after it as long as `continue` is set; a node itself where no child matches.
    /// Empty if this node does not match.
    public func matches(_ labels: FindingLabels) -> [Route] {
        guard matchers.match(labels) else { return [] }
        var all: [Route] = []
        for child in children {
            let found = child.matches(labels)
            all += found
            if !found.isEmpty && !child.continues { break }
        }
        return all.isEmpty ? [self] : all
    }

    /// What findings with these labels have in common in this route: the labels that it groups by, those that are not there left
    /// out. What drills raise is a group of its own for each of them.
    public func groupLabels(_ labels: FindingLabels) -> [Label] {
        let names: [String] =
            switch grouping {
            case .labels(let names): names.contains(Finding.drillField) ? names : names + [Finding.drillField]
            case .all: labels.names
            }
        return names.compactMap { name in
            let value = labels[name]
            return value.isEmpty ? nil : Label(name, value)
        }
    }
}

extension Route {
    /// The tree of a configuration without flaws.
    init(_ configuration: RouteConfiguration) {
        var number = 0
        var keys: [String: Int] = [:]
        self.init(configuration, parent: nil, &number, &keys)
    }

    private struct Inherited {
        var key: String
        var receiver = ""
        var grouping = Grouping.labels([])
        var groupWait = RouteConfiguration.defaultGroupWait
        var groupInterval = RouteConfiguration.defaultGroupInterval
        var repeatInterval = RouteConfiguration.defaultRepeatInterval
    }

    private init(
        _ configuration: RouteConfiguration, parent: Inherited?, _ number: inout Int, _ keys: inout [String: Int]
    ) {
        let own = "{" + configuration.matchers.map(\.description).sorted().joined(separator: ",") + "}"
        var options = parent ?? Inherited(key: "")
        options.key = parent.map { $0.key + "/" + own } ?? own
        let twins = keys[options.key, default: 0]
        keys[options.key] = twins + 1
        if twins > 0 { options.key += "#\(twins + 1)" }
        if let receiver = configuration.receiver { options.receiver = receiver }
        if let names = configuration.groupBy {
            options.grouping = names == [RouteConfiguration.allLabels] ? .all : .labels(names)
        }
        options.groupWait = configuration.groupWait ?? options.groupWait
        options.groupInterval = configuration.groupInterval ?? options.groupInterval
        options.repeatInterval = configuration.repeatInterval ?? options.repeatInterval
        index = number
        number += 1
        key = options.key
        receiver = options.receiver
        matchers = configuration.matchers
        continues = configuration.continues
        grouping = options.grouping
        groupWait = options.groupWait
        groupInterval = options.groupInterval
        repeatInterval = options.repeatInterval
        muteTimeIntervals = configuration.muteTimeIntervals
        activeTimeIntervals = configuration.activeTimeIntervals
        var children: [Route] = []
        for child in configuration.routes { children.append(Route(child, parent: options, &number, &keys)) }
        self.children = children
    }

    /// This node and those below it, in the order of their numbers.
    var flattened: [Route] { [self] + children.flatMap(\.flattened) }
}
