public import EventModel

/// A routing configuration without flaws, ready for use.
public struct Router: Sendable {
    /// How far a zone's local time is ahead of UTC at a moment, in seconds. Zones are named as `CalendarInterval.location` does.
    public typealias ZoneOffset = @Sendable (_ zone: String, _ time: Timestamp) -> Int

    public let root: Route
    /// By their numbers.
    public let routes: [Route]
    public let receivers: [String: RoutingConfiguration.Receiver]
    public let inhibitionRules: [InhibitionRule]
    private let timeIntervals: [String: [CalendarInterval]]
    private let offset: ZoneOffset

    /// - Parameter offset: asked for zones other than UTC.
    /// - Throws: what is wrong with the configuration; `RoutingConfiguration.flaws` has the places.
    public init(_ configuration: RoutingConfiguration, offset: @escaping ZoneOffset = { _, _ in 0 }) throws(RoutingFlaw) {
        if let flaw = configuration.flaws().first { throw flaw }
        root = Route(configuration.route)
        routes = root.flattened
        receivers = configuration.receivers
        inhibitionRules = configuration.inhibitionRules
        timeIntervals = configuration.timeIntervals
        self.offset = offset
    }

    /// The nodes that a finding with these labels is handled by; never none.
    public func routes(for labels: FindingLabels) -> [Route] { root.matches(labels) }

    /// Whether the route tells nothing at that time: within one of its mute intervals, or within none of its active ones.
    public func isMuted(_ route: Route, at time: Timestamp) -> Bool {
        if route.muteTimeIntervals.contains(where: { isWithin($0, time) }) { return true }
        return !route.activeTimeIntervals.isEmpty && !route.activeTimeIntervals.contains { isWithin($0, time) }
    }

    private func isWithin(_ name: String, _ time: Timestamp) -> Bool {
        timeIntervals[name]?.contains { $0.contains(time, offset: offset) } ?? false
    }
}

extension RoutingFlaw: Error {}
