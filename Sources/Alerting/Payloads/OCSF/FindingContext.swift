import EventModel

/// What a finding's document says besides the finding.
struct FindingContext {
    /// OCSF `activity_id` of findings.
    enum Activity: Int {
        case create = 1
        case update = 2
        case close = 3

        var name: String {
            switch self {
            case .create: "Create"
            case .update: "Update"
            case .close: "Close"
            }
        }
    }

    var activity = Activity.create
    /// Why it is sent; nil if it is no part of a notification.
    var notification: Notification.Kind?
    var isDrill = false
    var link: String?
    var playbookLink: String?
    /// How many findings of the notification are left out.
    var omittedCount = 0
    /// The uids of those of them that are known.
    var omittedUIDs: [String] = []

    init(_ status: FindingStatus) {
        activity =
            switch status {
            case .new: .create
            case .acknowledged: .update
            case .closed: .close
            }
    }

    init(_ notification: Notification, _ notified: NotifiedFinding, options: PayloadOptions) {
        self.init(notified.status)
        if activity == .create, notification.kind != .firing { activity = notification.kind == .resolved ? .close : .update }
        self.notification = notification.kind
        isDrill = notification.isDrill
        link = options.externalURL?.link(notified.finding.uid)
        if let playbook = notified.playbook { playbookLink = options.playbookURL?.link(playbook) }
    }
}
