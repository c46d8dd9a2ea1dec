/// `routing:` as configured: who is told of which findings, when and how often. Keys, defaults and meaning are those of
/// Alertmanager's `route`, `inhibit_rules` and `time_intervals` (docs/configuration.md there).
public struct RoutingConfiguration: Sendable, Equatable {
    public var route: RouteConfiguration
    /// By name. What a route may name as its receiver.
    public var receivers: [String: Receiver]
    public var inhibitionRules: [InhibitionRule]
    /// By name.
    public var timeIntervals: [String: [CalendarInterval]]

    public init(
        route: RouteConfiguration, receivers: [String: Receiver], inhibitionRules: [InhibitionRule] = [],
        timeIntervals: [String: [CalendarInterval]] = [:]
    ) {
        self.route = route
        self.receivers = receivers
        self.inhibitionRules = inhibitionRules
        self.timeIntervals = timeIntervals
    }

    /// What routing has to know of a receiver.
    public struct Receiver: Sendable, Equatable {
        /// Whether it is told that all of a group's findings are closed.
        public var sendsResolved: Bool

        public init(sendsResolved: Bool = true) { self.sendsResolved = sendsResolved }
    }
}

/// A node of the tree as configured. What it does not say, its parent says; the root's defaults are Alertmanager's.
public struct RouteConfiguration: Sendable, Equatable {
    public var receiver: String?
    public var matchers: [LabelMatcher]
    /// Whether findings that match go on to the next sibling.
    public var continues: Bool
    public var groupBy: [String]?
    /// Microseconds.
    public var groupWait: Int64?
    public var groupInterval: Int64?
    public var repeatInterval: Int64?
    /// Names of time intervals. Not inherited, as there.
    public var muteTimeIntervals: [String]
    public var activeTimeIntervals: [String]
    public var routes: [RouteConfiguration]

    /// The sole name in `group_by` that stands for all labels.
    public static let allLabels = "..."
    public static let defaultGroupWait: Int64 = 30_000_000
    public static let defaultGroupInterval: Int64 = 300_000_000
    public static let defaultRepeatInterval: Int64 = 4 * 3_600_000_000

    public init(
        receiver: String? = nil, matchers: [LabelMatcher] = [], continues: Bool = false, groupBy: [String]? = nil,
        groupWait: Int64? = nil, groupInterval: Int64? = nil, repeatInterval: Int64? = nil,
        muteTimeIntervals: [String] = [], activeTimeIntervals: [String] = [], routes: [RouteConfiguration] = []
    ) {
        self.receiver = receiver
        self.matchers = matchers
        self.continues = continues
        self.groupBy = groupBy
        self.groupWait = groupWait
        self.groupInterval = groupInterval
        self.repeatInterval = repeatInterval
        self.muteTimeIntervals = muteTimeIntervals
        self.activeTimeIntervals = activeTimeIntervals
        self.routes = routes
    }
}
