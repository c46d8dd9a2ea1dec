import EventModel

/// Findings with the same route and the same group labels, and what their receiver was told.
struct NotificationGroup: Sendable {
    typealias Told = NotificationGroupRow.Told

    let key: String
    /// `Route.index`
    let route: Int
    let labels: [Label]
    let isOverflow: Bool
    let createdAt: Timestamp
    var members: Set<String> = []
    var omitted = 0
    var told: Told?
    var due: Timestamp
    var number = 0

    /// Of the route, its receiver and the labels. Hashed, since labels are attackers' texts of any length, and receivers limit
    /// keys.
    static func key(_ route: Route, _ labels: [Label]) -> String {
        "grp_" + HashText.hex([route.key, route.receiver] + labels.flatMap { [$0.name, $0.value] }, bytes: 16)
    }

    /// Of the route's group for what there is no room for. Labels come in twos: no other group has three parts.
    static func overflowKey(_ route: Route) -> String {
        "grp_" + HashText.hex([route.key, route.receiver, "overflow"], bytes: 16)
    }

    /// The id of its next notification: the same if it is computed again, and never one of an earlier group with this key.
    var nextID: String { "msg_" + HashText.hex([key, "\(createdAt.microseconds)", "\(number + 1)"], bytes: 16) }

    /// Why the receiver is to be told of these findings, none of them muted; nil if it need not be. (Alertmanager's
    /// `DedupStage`, and acknowledgement, which it does not have.)
    func reason(open: [RoutedFinding], closed: [RoutedFinding], repeatInterval: Int64, now: Timestamp) -> Notification.Kind? {
        guard !open.isEmpty else {
            // Nobody is told the end of what they have not been told of.
            return closed.isEmpty || told?.firing.isEmpty ?? true ? nil : .resolved
        }
        let isAcknowledged = open.allSatisfy { $0.finding.status == .acknowledged }
        let asItStands: Notification.Kind = isAcknowledged ? .acknowledged : .firing
        guard let told else { return asItStands }
        let isNew = omitted > told.omitted || open.contains { !told.firing.contains($0.uid) }
        if isNew || isAcknowledged != told.isAcknowledged { return asItStands }
        return now - told.at >= repeatInterval ? .reminder : nil
    }
}

/// A finding that is in a group.
struct RoutedFinding: Sendable {
    var finding: NotifiedFinding
    let labels: FindingLabels
    /// Of its groups.
    var groups: [String] = []

    init(_ finding: NotifiedFinding) {
        self.finding = finding
        labels = FindingLabels(finding)
    }

    var uid: String { finding.finding.uid }
    var isOpen: Bool { finding.status != .closed }

    /// The worst first, then the latest.
    static func precedes(_ a: RoutedFinding, _ b: RoutedFinding) -> Bool {
        if a.isOpen != b.isOpen { return a.isOpen }
        let (left, right) = (a.finding.finding, b.finding.finding)
        if left.rule.level != right.rule.level { return left.rule.level > right.rule.level }
        if left.lastSeen != right.lastSeen { return left.lastSeen > right.lastSeen }
        return left.uid < right.uid
    }
}
