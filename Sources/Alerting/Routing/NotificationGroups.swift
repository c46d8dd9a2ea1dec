public import EventModel

/// Puts findings together into groups and says when which receiver is told of them: Alertmanager's aggregation groups
/// (`dispatch`) with its deduplication (`nflog`), as a value that is driven by the times that it is given.
///
/// A group is first told `group_wait` after it came up, and is looked at every `group_interval` from then on: if a finding is
/// new, or all are acknowledged or closed, that is told; if nothing changed, a reminder is, `repeat_interval` after the last
/// notification. Findings that are silenced or inhibited at such a time are passed over, and are new at the first one at which
/// they are not any more.
///
/// It differs from Alertmanager in that a closing alone is told when all of a group are closed; that findings which are closed
/// while muted are kept until that can be told, so that no incident stays open at a receiver; and that an old finding waits
/// as a new one does, since many products' logs come minutes late.
///
/// ```swift
/// groups.update(findings, now: now)
/// let notifications = groups.flush(now: now, silences: silences)
/// let changes = groups.takeChanges()  // and write both in one transaction
/// ```
public struct NotificationGroups: Sendable {
    /// How much is kept, whatever comes.
    public struct Limits: Sendable, Equatable {
        /// Findings of further groups go to one group of their route, without labels.
        public var groups = 10_000
        /// Of one group. The worst and latest are kept, the rest is counted.
        public var findingsPerGroup = 250
        /// Of all groups. Beyond it, groups do not grow: the least of a group makes way for another.
        public var findings = 20_000

        public init() {}
    }

    public let router: Router
    public let limits: Limits
    var findings: [String: RoutedFinding] = [:]
    var groups: [String: NotificationGroup] = [:]
    var wakes = WakeQueue()
    private var overflowGroups = 0
    private var inhibitor: Inhibitor
    private var changed: Set<String> = []
    private var removed: Set<String> = []

    public init(_ router: Router, limits: Limits = Limits()) {
        self.router = router
        self.limits = limits
        inhibitor = Inhibitor(router.inhibitionRules)
    }

    /// Whether a finding is in any group.
    public func knows(_ uid: String) -> Bool { findings[uid] != nil }

    /// When `flush` has something to look at; nil: not before the next update.
    public func nextWake() -> Timestamp? { wakes.first }

    /// Findings that are new, were extended, or got another status. One that is known takes the same short time always.
    public mutating func update(_ findings: [NotifiedFinding], now: Timestamp) {
        for finding in findings { update(finding, now: now) }
    }

    private mutating func update(_ finding: NotifiedFinding, now: Timestamp) {
        let uid = finding.finding.uid
        guard let known = findings[uid] else {
            // What is closed before anybody was told of it is nobody's business.
            if finding.status != .closed { insert(RoutedFinding(finding), now: now) }
            return
        }
        findings[uid]?.finding = finding
        guard known.finding.status != finding.status else { return }
        if known.isOpen && finding.status == .closed { inhibitor.remove(known.labels) }
        changed.formUnion(known.groups)
        guard !known.isOpen && finding.status != .closed else { return }
        // Opened again: it comes back to the groups that it left when it was closed.
        inhibitor.insert(known.labels)
        join(uid, named: Set(known.groups), now: now)
    }

    /// - Parameter named: keys of the groups that it was in, where it is taken up again.
    mutating func insert(_ tracked: RoutedFinding, named: Set<String> = [], now: Timestamp) {
        let uid = tracked.uid
        findings[uid] = tracked
        if tracked.isOpen { inhibitor.insert(tracked.labels) }
        join(uid, named: named, now: now)
    }

    /// Puts a finding into the groups of its routes that it is not in.
    private mutating func join(_ uid: String, named: Set<String>, now: Timestamp) {
        guard let tracked = findings[uid] else { return }
        let keys = router.routes(for: tracked.labels).compactMap { place(tracked, $0, named, now) }
        let entered = keys.filter { !tracked.groups.contains($0) }
        findings[uid]?.groups += entered
        for key in entered {
            groups[key]?.members.insert(uid)
            changed.insert(key)
        }
        for key in entered {
            let count = groups[key]?.members.count ?? 0
            // A quarter more between two cuts: each then sorts for many insertions.
            if count > limits.findingsPerGroup + limits.findingsPerGroup / 4 { cut(key, to: limits.findingsPerGroup) }
            if findings.count > limits.findings, count > 1 { cut(key, to: count - 1) }
        }
    }

    /// The key of the group for a finding, which is made if there is none; nil if it has left that group.
    private mutating func place(
        _ tracked: RoutedFinding, _ route: Route, _ named: Set<String>, _ now: Timestamp
    ) -> String? {
        let labels = route.groupLabels(tracked.labels)
        let key = NotificationGroup.key(route, labels)
        let overflow = NotificationGroup.overflowKey(route)
        let isOverflow = named.contains(overflow)
        // Closed, and told or passed over there.
        if !tracked.isOpen && !isOverflow && !named.contains(key) { return nil }
        if groups[key] != nil && !isOverflow { return key }
        let isFull = groups.count - overflowGroups >= limits.groups || findings.count > limits.findings
        let made = isFull || isOverflow ? overflow : key
        if groups[made] == nil {
            add(NotificationGroup(
                key: made, route: route.index, labels: made == key ? labels : [], isOverflow: made != key, createdAt: now,
                due: now + route.groupWait))
        }
        return made
    }

    private mutating func add(_ group: NotificationGroup) {
        groups[group.key] = group
        if group.isOverflow { overflowGroups += 1 }
        wakes.insert(group.key, at: group.due)
        removed.remove(group.key)
    }

    /// Leaves the worst and latest in a group.
    private mutating func cut(_ key: String, to count: Int) {
        guard let members = groups[key]?.members, members.count > count else { return }
        let sorted = members.compactMap { findings[$0] }.sorted(by: RoutedFinding.precedes)
        for finding in sorted.dropFirst(count) {
            leave(finding.uid, key)
            if finding.isOpen { groups[key]?.omitted += 1 }
        }
    }

    /// Takes a finding out of a group, and forgets it if that was its last one.
    private mutating func leave(_ uid: String, _ key: String) {
        groups[key]?.members.remove(uid)
        changed.insert(key)
        findings[uid]?.groups.removeAll { $0 == key }
        guard let finding = findings[uid], finding.groups.isEmpty else { return }
        findings[uid] = nil
        if finding.isOpen { inhibitor.remove(finding.labels) }
    }

    /// What is to be told now.
    ///
    /// - Parameter silences: expired ones and those to come count for nothing, and may be among them.
    public mutating func flush(now: Timestamp, silences: [Silence]) -> [Notification] {
        let active = silences.filter { $0.state(at: now) == .active }
        return flush(now: now) { finding in active.contains { $0.mutes(finding.labels, at: now) } }
    }

    /// What is to be told now, where something else than silences says of which findings not. Rules of inhibition count as well.
    public mutating func flush(now: Timestamp, isMuted: (NotifiedFinding) -> Bool) -> [Notification] {
        flush(now: now) { (finding: RoutedFinding) in isMuted(finding.finding) }
    }

    private mutating func flush(now: Timestamp, _ isMuted: (RoutedFinding) -> Bool) -> [Notification] {
        let due = wakes.removeDue(now)
        for key in due { cut(key, to: limits.findingsPerGroup) }
        // All that inhibits does so for every group alike; closed findings, which leave below, do not.
        let inhibitor = inhibitor
        return due.compactMap { key in
            let notification = flush(key, now) { isMuted($0) || inhibitor.inhibits($0.labels) }
            if let group = groups[key] { wakes.insert(key, at: group.due) }
            return notification
        }
    }

    private mutating func flush(_ key: String, _ now: Timestamp, _ isMuted: (RoutedFinding) -> Bool) -> Notification? {
        guard let group = groups[key] else { return nil }
        let route = router.routes[group.route]
        groups[key]?.due = now + route.groupInterval
        let members = group.members.compactMap { findings[$0] }.sorted(by: RoutedFinding.precedes)
        let isKnown = { (uid: String) in group.told?.firing.contains(uid) ?? false }
        for finding in members where !finding.isOpen && !isKnown(finding.uid) { leave(finding.uid, key) }
        defer {
            if groups[key]?.members.isEmpty ?? false { remove(key) }
            // What waits is stored with the time at which it is looked at again.
            if groups[key].map(hasNews) ?? false { changed.insert(key) }
        }
        guard !router.isMuted(route, at: now) else { return nil }
        let visible = members.filter { ($0.isOpen || isKnown($0.uid)) && !isMuted($0) }
        let open = visible.filter(\.isOpen)
        let closed = visible.filter { !$0.isOpen }
        let kind = group.reason(open: open, closed: closed, repeatInterval: route.repeatInterval, now: now)
        guard let kind else { return nil }
        for finding in closed { leave(finding.uid, key) }
        groups[key]?.told = NotificationGroupRow.Told(
            at: now, firing: Set(open.map(\.uid)),
            isAcknowledged: !open.isEmpty && open.allSatisfy { $0.finding.status == .acknowledged }, omitted: group.omitted)
        changed.insert(key)
        let sendsResolved = router.receivers[route.receiver]?.sendsResolved ?? true
        if kind == .resolved && !sendsResolved { return nil }
        groups[key]?.number += 1
        let told = sendsResolved ? visible : open
        let shown = told.prefix(Notification.maximumFindings).map(\.finding)
        return Notification(
            id: group.nextID, key: key, receiver: route.receiver, kind: kind, labels: group.labels, findings: shown,
            omitted: told.count - shown.count + group.omitted, isDrill: told.allSatisfy(\.finding.isDrill), createdAt: now)
    }

    private mutating func remove(_ key: String) {
        if groups.removeValue(forKey: key)?.isOverflow ?? false { overflowGroups -= 1 }
        removed.insert(key)
    }

    /// Whether something of the group may yet have to be told, and not only because of the time.
    func hasNews(_ group: NotificationGroup) -> Bool {
        guard let told = group.told, group.omitted <= told.omitted else { return true }
        let members = group.members.compactMap { findings[$0] }
        let isAcknowledged = members.allSatisfy { $0.finding.status == .acknowledged }
        return isAcknowledged != told.isAcknowledged || members.contains { !$0.isOpen || !told.firing.contains($0.uid) }
    }
}

/// Rows.
extension NotificationGroups {
    /// The rows that changed since the last call.
    public mutating func takeChanges() -> NotificationGroupChanges {
        let changes = NotificationGroupChanges(
            written: changed.sorted().compactMap { groups[$0].map(row) },
            removed: removed.filter { groups[$0] == nil }.sorted())
        changed = []
        removed = []
        return changes
    }

    /// All groups, by key.
    public var rows: [NotificationGroupRow] { groups.values.map(row).sorted { $0.key < $1.key } }

    private func row(_ group: NotificationGroup) -> NotificationGroupRow {
        let route = router.routes[group.route]
        let members = group.members.sorted().compactMap { uid in
            findings[uid].map {
                NotificationGroupRow.Member(uid: uid, status: $0.finding.status, level: $0.finding.finding.rule.level)
            }
        }
        return NotificationGroupRow(
            key: group.key, route: route.key, receiver: route.receiver, labels: group.labels, isOverflow: group.isOverflow,
            createdAt: group.createdAt, members: members, omitted: group.omitted, told: group.told, due: group.due,
            number: group.number)
    }

    /// Goes on after a restart, perhaps with another configuration.
    ///
    /// Findings are routed again; a group that comes up again (the same route, receiver and labels) goes on from its row. Where
    /// the configuration now puts findings elsewhere, that is a new group, and tells them, as Alertmanager would.
    ///
    /// - Parameters:
    ///   - rows: as last written.
    ///   - findings: of the store: all that are open, and those that the rows name as members.
    public init(
        _ router: Router, limits: Limits = Limits(), rows: [NotificationGroupRow], findings: [NotifiedFinding], now: Timestamp
    ) {
        self.init(router, limits: limits)
        var named: [String: Set<String>] = [:]
        for row in rows { for member in row.members { named[member.uid, default: []].insert(row.key) } }
        // First those that have a place already, so that the others take none of theirs.
        let sorted = findings.map { (notified: $0, groups: named[$0.finding.uid] ?? []) }
            .sorted { a, b in
                a.groups.isEmpty == b.groups.isEmpty ? a.notified.finding.uid < b.notified.finding.uid : b.groups.isEmpty
            }
        for (finding, groups) in sorted where self.findings[finding.finding.uid] == nil {
            // Closed, and told wherever it was.
            if finding.status == .closed && groups.isEmpty { continue }
            insert(RoutedFinding(finding), named: groups, now: now)
        }
        for key in groups.keys.sorted() { cut(key, to: limits.findingsPerGroup) }
        wakes = WakeQueue()
        for row in rows { resume(row, now: now) }
        for group in groups.values { wakes.insert(group.key, at: group.due) }
    }

    private mutating func resume(_ row: NotificationGroupRow, now: Timestamp) {
        guard let fresh = groups[row.key] else {
            removed.insert(row.key)
            return
        }
        var group = NotificationGroup(
            key: row.key, route: fresh.route, labels: fresh.labels, isOverflow: row.isOverflow, createdAt: row.createdAt,
            members: fresh.members, omitted: max(row.omitted, fresh.omitted), told: row.told, due: row.due, number: row.number)
        // A look at which there was nothing to tell changed no row: the next one is one of those that follow.
        let interval = router.routes[fresh.route].groupInterval
        if row.due < now && !hasNews(group) { group.due = row.due + (now - row.due + interval - 1) / interval * interval }
        groups[row.key] = group
        let isSame = self.row(group) == row
        if isSame { changed.remove(row.key) } else { changed.insert(row.key) }
    }
}
