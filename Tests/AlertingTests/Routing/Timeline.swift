import Alerting
import EventModel

/// Drives groups through what happens, looking at them exactly when they ask for it.
struct Timeline {
    /// At a second, something happens to a finding. Findings are written as their names: `a.high.ana` is the finding `a` of level
    /// `high` of the identity `ana`; what is left out is `high` and `ana`.
    struct Event {
        enum What { case found, acknowledged, closed }
        var second: Int
        var what: What
        var finding: String

        init(_ second: Int, _ what: What, _ finding: String) {
            self.second = second
            self.what = what
            self.finding = finding
        }
    }

    private(set) var groups: NotificationGroups
    private(set) var now = Timestamp(seconds: 0)
    private(set) var notifications: [Notification] = []
    var silences: [Silence] = []
    /// The database: rows and findings as committed.
    private(set) var rows: [String: NotificationGroupRow] = [:]
    private(set) var stored: [String: NotifiedFinding] = [:]
    let limits: NotificationGroups.Limits

    init(_ router: Router, limits: NotificationGroups.Limits = .init()) {
        self.limits = limits
        groups = NotificationGroups(router, limits: limits)
    }

    /// In order; events of one second are one update.
    mutating func run(_ events: [Event], until end: Int) {
        var rest = events[...]
        while let first = rest.first {
            advance(to: Timestamp(seconds: Int64(first.second)))
            let together = rest.prefix { $0.second == first.second }
            rest = rest.dropFirst(together.count)
            update(together.map(finding))
        }
        advance(to: Timestamp(seconds: Int64(end)) + 1)
    }

    mutating func update(_ findings: [NotifiedFinding]) {
        for finding in findings { stored[finding.finding.uid] = finding }
        groups.update(findings, now: now)
        commit([])
    }

    /// Looks whenever there is something to look at before `time`, which is not included.
    mutating func advance(to time: Timestamp) {
        while let wake = groups.nextWake(), wake < time {
            now = max(now, wake)
            commit(groups.flush(now: now, silences: silences))
        }
        precondition(time >= now, "time does not go back")
        now = time
    }

    /// What was told, and the rows that say so, in one transaction.
    private mutating func commit(_ told: [Notification]) {
        notifications += told
        let changes = groups.takeChanges()
        for row in changes.written { rows[row.key] = row }
        for key in changes.removed { rows[key] = nil }
    }

    /// The process ends, what it had not committed is lost, and another one goes on.
    mutating func restart(_ router: Router? = nil) {
        let members = Set(rows.values.flatMap(\.members).map(\.uid))
        let findings = stored.values.filter { $0.status != .closed || members.contains($0.finding.uid) }
        groups = NotificationGroups(
            router ?? groups.router, limits: limits, rows: Array(rows.values), findings: findings, now: now)
        commit([])
    }

    /// Computes what is due, and crashes before it is stored.
    mutating func crashWhileTelling() -> [Notification] {
        guard let wake = groups.nextWake() else { return [] }
        var lost = groups
        return lost.flush(now: max(now, wake), silences: silences)
    }

    func finding(_ event: Event) -> NotifiedFinding {
        let parts = event.finding.split(separator: ".").map(String.init)
        let level = parts.count > 1 ? Level(rawValue: parts[1]) ?? .high : .high
        var finding = Finding.make(
            uid: parts[0], level: level, group: [.init(field: "identity", value: parts.count > 2 ? parts[2] : "ana")])
        finding.lastSeen = Timestamp(seconds: Int64(event.second))
        let status: FindingStatus =
            switch event.what {
            case .found: .new
            case .acknowledged: .acknowledged
            case .closed: .closed
            }
        return NotifiedFinding(finding, status: status)
    }

    /// `30 firing a b`; closed findings in brackets, other receivers than `soc` and what is left out at the end.
    var told: [String] {
        notifications.map { notification in
            let names = notification.findings.map { $0.status == .closed ? "[\($0.finding.uid)]" : $0.finding.uid }
            let receiver = notification.receiver == "soc" ? [] : ["@" + notification.receiver]
            let omitted = notification.omitted == 0 ? [] : ["+\(notification.omitted)"]
            let second = notification.createdAt.microseconds / 1_000_000
            return (["\(second)", notification.kind.rawValue] + names + omitted + receiver).joined(separator: " ")
        }
    }
}

extension Router {
    /// 30 s, 5 min and 1 h, grouped by identity.
    static func simple(
        sendsResolved: Bool = true, groupBy: [String] = ["identity"], wait: Int64 = 30, interval: Int64 = 300, repeating: Int64 = 3_600,
        routes: [RouteConfiguration] = [], rules: [InhibitionRule] = [], intervals: [String: [CalendarInterval]] = [:]
    ) throws -> Router {
        try Router(
            RoutingConfiguration(
                route: RouteConfiguration(
                    receiver: "soc", groupBy: groupBy, groupWait: wait * 1_000_000, groupInterval: interval * 1_000_000,
                    repeatInterval: repeating * 1_000_000, routes: routes),
                receivers: ["soc": .init(sendsResolved: sendsResolved), "pager": .init()], inhibitionRules: rules,
                timeIntervals: intervals))
    }
}
