/// Short names for fields in searches. Most stand for several paths, since products know people and addresses in several roles:
/// a test on the alias holds when it holds for any of them.
public enum FieldAliases {
    /// By alias, in lower case: OCSF paths.
    public static let paths: [String: [String]] = [
        "user": [
            "actor.user.email_addr", "actor.user.name", "actor.user.uid", "user.email_addr", "user.name", "user.uid", "identity",
        ],
        "actor": ["actor.user.email_addr", "actor.user.name", "actor.user.uid"],
        "target": ["user.email_addr", "user.name", "user.uid"],
        "email": ["actor.user.email_addr", "user.email_addr"],
        "ip": ["src_endpoint.ip", "device.ip", "dst_endpoint.ip"],
        "src": ["src_endpoint.ip", "src_endpoint.name"],
        "country": ["src_endpoint.location.country"],
        "city": ["src_endpoint.location.city"],
        "app": ["metadata.product.name", "app.name", "service.name"],
        "product": ["metadata.product.name"],
        "vendor": ["metadata.product.vendor_name"],
        "tenant": ["metadata.tenant_uid"],
        "source": ["metadata.log_provider"],
        "action": ["metadata.event_code", "api.operation", "activity_name"],
        "event": ["metadata.event_code", "class_name", "type_name"],
        "operation": ["api.operation"],
        "class": ["class_name", "class_uid"],
        "activity": ["activity_name", "activity_id"],
        "outcome": ["status"],
        "reason": ["status_detail"],
        "agent": ["http_request.user_agent"],
        "ua": ["http_request.user_agent"],
        "file": ["file.name", "file.path"],
        "resource": ["resources.name", "resources.uid", "resource.name", "resource.uid"],
        "group": ["group.name", "group.uid"],
        "host": ["syslog.hostname", "device.hostname", "src_endpoint.hostname"],
        "uid": ["metadata.original_event_uid"],
        "id": ["metadata.original_event_uid"],
        "msg": ["message"],
        "error": ["quarantine.error", "status_detail"],
    ]

    /// Names of the event's time, in lower case.
    public static let time: Set<String> = ["time", "_time", "timestamp", "@timestamp"]

    /// What begins the name of a field as the vendor calls it.
    public static let vendorPrefix = "raw."

    /// The fields that a name in a query stands for.
    public static func selectors(for name: String) -> [FieldSelector] {
        let folded = name.lowercased()
        if folded.hasPrefix(vendorPrefix), folded.utf8.count > vendorPrefix.utf8.count {
            return [.vendor(String(name.dropFirst(vendorPrefix.count)))]
        }
        if let paths = paths[folded] {
            // The vendor's own field of that very name counts too: `action` of GitHub, `user` of Slack.
            return paths.map(FieldSelector.named) + [.named(name)]
        }
        return [.named(name)]
    }
}
