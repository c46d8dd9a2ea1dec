import Alerting
import EventModel
import FoundationEssentials
import Storage

/// Decides who is told of which findings, and writes what they are sent. Its outputs wait here until they are committed.
struct NotificationDesk: Sendable {
    private var groups: NotificationGroups
    private let receivers: [String: AlertReceiver]
    /// Those that have not ended.
    var silences: [Silence] = []
    private var deliveries: [NewDelivery] = []
    private var states: [String: String?] = [:]

    init(_ groups: NotificationGroups, receivers: [AlertReceiver]) {
        self.groups = groups
        self.receivers = Dictionary(receivers.map { ($0.name, $0) }) { first, _ in first }
    }

    /// As the store has it, without what waits for a commit.
    func reloaded(_ writer: StoreWriter, now: Timestamp) async throws -> NotificationDesk {
        try await .restored(groups.router, receivers: Array(receivers.values), writer: writer, now: now)
    }

    /// Whether a commit would write something.
    func hasNews(now: Timestamp) -> Bool {
        !deliveries.isEmpty || !states.isEmpty || groups.nextWake().map { $0 <= now } ?? false
    }

    /// What correlation concluded. Findings that are neither new nor known were told before, by a configuration of then.
    mutating func update(_ tracked: [TrackedFinding], now: Timestamp) {
        // With nobody to tell there is nothing to remember.
        if receivers.isEmpty { return }
        let concerned = tracked.filter { $0.isNew || groups.knows($0.finding.uid) }
        groups.update(concerned.map(NotifiedFinding.init), now: now)
    }

    /// What people did. One that is opened again is told again.
    mutating func update(_ stored: [StoredFinding], reopened: Set<String>, now: Timestamp) {
        let concerned = stored.filter { groups.knows($0.finding.uid) || reopened.contains($0.finding.uid) }
        groups.update(concerned.map(NotifiedFinding.init), now: now)
    }

    /// What is due now, and the states of groups, for a commit; kept until `committed`.
    mutating func owed(now: Timestamp) -> (deliveries: [NewDelivery], groups: [(key: String, state: String?)]) {
        for notification in groups.flush(now: now, silences: silences) {
            guard let receiver = receivers[notification.receiver], let delivery = Self.delivery(notification, receiver) else {
                continue
            }
            deliveries.append(delivery)
        }
        let changes = groups.takeChanges()
        for key in changes.removed { states[key] = .some(nil) }
        for row in changes.written { states[row.key] = row.json }
        return (deliveries, states.map { (key: $0.key, state: $0.value) }.sorted { $0.key < $1.key })
    }

    mutating func committed() {
        deliveries = []
        states = [:]
    }

    private static func delivery(_ notification: Notification, _ receiver: AlertReceiver) -> NewDelivery? {
        var notification = notification
        notification.findings.removeAll { $0.finding.rule.level < receiver.minimumLevel }
        guard let payload = receiver.payload(for: notification) else { return nil }
        return NewDelivery(
            id: notification.id, endpoint: receiver.name, thread: notification.key,
            findings: notification.findings.map(\.finding.uid), body: payload.body, contentType: payload.contentType,
            path: payload.path, createdAt: notification.createdAt)
    }
}

/// Goes on after a restart.
extension NotificationDesk {
    static func restored(
        _ router: Router, receivers: [AlertReceiver], writer: StoreWriter, now: Timestamp
    ) async throws -> NotificationDesk {
        let rows = try await writer.notificationGroups().compactMap(NotificationGroupRow.init(json:))
        // Others were told before, or are not to be.
        let members = Set(rows.flatMap(\.members).map(\.uid)).sorted()
        let findings = try await writer.findings(uids: members).map(NotifiedFinding.init)
        var desk = NotificationDesk(
            NotificationGroups(router, rows: rows, findings: findings, now: now), receivers: receivers)
        desk.silences = try await writer.silences(at: now).compactMap(Silence.init)
        return desk
    }
}

extension NotifiedFinding {
    init(_ tracked: TrackedFinding) {
        let standing = tracked.isNext ? nil : tracked.standing
        self.init(
            tracked.finding, status: tracked.status, assignee: standing?.assignee, verdict: standing?.verdict)
    }

    init(_ stored: StoredFinding) {
        self.init(stored.finding, status: stored.status, assignee: stored.assignee, verdict: stored.verdict)
    }
}

extension Silence {
    /// Nil if it cannot be read: it was checked when it was made, so a later version made it.
    init?(_ stored: StoredSilence) {
        guard let matchers = try? LabelMatcher.parse(stored.matchers),
            let silence = try? Silence(
                id: stored.id, matchers: matchers, startsAt: stored.startsAt, endsAt: stored.endsAt, createdBy: stored.createdBy,
                comment: stored.reason)
        else { return nil }
        self = silence
    }
}

extension NotificationGroupRow {
    fileprivate init?(json: String) {
        guard let row = try? JSONDecoder().decode(NotificationGroupRow.self, from: Data(json.utf8)) else { return nil }
        self = row
    }

    fileprivate var json: String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) }
    }
}
