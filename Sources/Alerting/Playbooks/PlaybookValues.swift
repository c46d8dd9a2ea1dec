public import EventModel

/// What a playbook's placeholders stand for: a finding, and the vendor of the product that it is about.
public struct PlaybookValues: Sendable, Equatable {
    /// A value, and whose text it is.
    enum Value: Sendable, Equatable {
        /// May be an attacker's: nothing in it may act where it is shown.
        case text(String)
        /// An address that the vendor register has checked; it is meant to be followed.
        case link(String)
    }

    private var values: [String: Value] = [:]

    public init(_ finding: Finding, vendor: Vendor? = nil) {
        for entry in finding.group where !entry.value.isEmpty && values[entry.field] == nil {
            values[entry.field] = .text(entry.value)
        }
        // After the group: a field that is called `uid` is not the finding's.
        values["uid"] = .text(finding.uid)
        values["kind"] = .text(finding.kind)
        values["count"] = .text(String(finding.count))
        values["reason"] = .text(finding.reason)
        values["first_seen"] = .text(RFC3339.format(finding.firstSeen, fractionDigits: 0))
        values["last_seen"] = .text(RFC3339.format(finding.lastSeen, fractionDigits: 0))
        values["rule.id"] = .text(finding.rule.id)
        values["rule.title"] = .text(finding.rule.title)
        values["rule.level"] = .text(finding.rule.level.rawValue)
        values["rule.description"] = .text(finding.rule.description)
        guard let vendor else { return }
        values["vendor.name"] = .text(vendor.name)
        values["vendor.product"] = .text(vendor.product)
        values["vendor.security_contact"] = vendor.securityContact.map { .link($0) }
        values["vendor.status_page"] = vendor.statusPage.map { .link($0) }
        values["vendor.revocation"] = vendor.revocation.map { .link($0) }
    }

    /// Nil: there is none, or it is empty.
    func value(_ name: String) -> Value? {
        switch values[name] {
        case .text(""), nil: nil
        case let value: value
        }
    }

    /// The names that every finding has values for, or could have; other fields of OCSF may be added to them.
    public static let names: Set<String> = [
        "uid", "kind", "count", "reason", "first_seen", "last_seen", "rule.id", "rule.title", "rule.level", "rule.description",
        "vendor.name", "vendor.product", "vendor.security_contact", "vendor.status_page", "vendor.revocation",
        "identity", "actor.user.uid", "actor.user.name", "actor.user.email_addr", "user.uid", "user.name", "user.email_addr",
        "src_endpoint.ip", "src_endpoint.location.country", "device.uid", "file.name", "file.path", "app_name",
    ]
}
