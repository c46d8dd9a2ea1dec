public import EventModel

extension PendingDelivery {
    /// A delivery that tells of a finding that is made up, and says so: for trying the receiver.
    ///
    /// - Returns: nil if the receiver's format has nothing to say of a new finding.
    public init?(sampleFor receiver: AlertReceiver, at time: Timestamp) {
        let id = Drill.randomID()
        let finding = Finding(
            uid: "test-" + id,
            rule: RuleSummary(
                id: "perimeter.test", title: "A test of this receiver", level: max(.low, receiver.minimumLevel),
                description: "Nothing has happened. Somebody looks whether notifications arrive.", version: "1"),
            kind: "event", group: [.init(field: Finding.drillField, value: id)], count: 1, firstSeen: time, lastSeen: time,
            evidence: [], reason: "siemctl webhook test was run")
        let notification = Notification(
            id: "msg_test_" + id, key: "grp_test_" + id, receiver: receiver.name, kind: .firing, labels: [],
            findings: [NotifiedFinding(finding)], isDrill: true, createdAt: time)
        guard let payload = receiver.payload(for: notification) else { return nil }
        self.init(
            id: notification.id, endpoint: receiver.name, thread: notification.key, body: payload.body,
            contentType: payload.contentType, path: payload.path, failedAttempts: 0, createdAt: time)
    }
}
