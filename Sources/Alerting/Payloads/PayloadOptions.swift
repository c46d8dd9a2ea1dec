public import EventModel

/// What a receiver's configuration says of its format. Holds no secrets: bodies are kept in the outbox.
public struct PayloadOptions: Sendable, Equatable {
    /// Where people see a finding (`external_url`), by its uid.
    public var externalURL: LinkBase?
    /// Where people read a playbook, by its name.
    public var playbookURL: LinkBase?
    /// The body of format `template`.
    public var template: PayloadTemplate?
    /// PagerDuty's severities, where they are not the usual ones.
    public var severities: [Level: PagerDutySeverity]
    /// Opsgenie's priorities, where they are not the usual ones.
    public var priorities: [Level: OpsgeniePriority]
    /// How long an alert counts as firing at an Alertmanager without being sent again; nil: 366 days. Should be longer than the
    /// route's `repeat_interval`.
    public var alertLifetime: Duration?
    /// `From` of format `email`.
    public var sender: EmailAddress?
    /// `To` of format `email`.
    public var recipients: [EmailAddress]

    public init(
        externalURL: LinkBase? = nil, playbookURL: LinkBase? = nil, template: PayloadTemplate? = nil,
        severities: [Level: PagerDutySeverity] = [:], priorities: [Level: OpsgeniePriority] = [:],
        alertLifetime: Duration? = nil, sender: EmailAddress? = nil, recipients: [EmailAddress] = []
    ) {
        self.externalURL = externalURL
        self.playbookURL = playbookURL
        self.template = template
        self.severities = severities
        self.priorities = priorities
        self.alertLifetime = alertLifetime
        self.sender = sender
        self.recipients = recipients
    }
}
