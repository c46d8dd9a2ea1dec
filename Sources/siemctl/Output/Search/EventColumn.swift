import EventModel

/// A column of a table of events.
enum EventColumn: String, CaseIterable {
    case time, product, action, status, identity, address, summary
    // Only where there is room without end.
    case `class`, actor, target, country, agent, tenant, source

    /// From this width on a terminal has room for the year and the summary.
    static let roomyWidth = 110

    static func shown(_ format: OutputFormat, width: Int?, extras: Int) -> [EventColumn] {
        let standard: [EventColumn] = [.time, .product, .action, .status, .identity, .address, .summary]
        if format == .wide { return allCases }
        guard let width, width < roomyWidth || extras > 2, format == .table else { return standard }
        return standard.dropLast()
    }

    var title: String { self == .time ? "TIME (UTC)" : rawValue.uppercased() }

    /// What most values need.
    var usualWidth: Int {
        switch self {
        case .time: 14
        case .status, .country: 8
        case .product, .address, .class, .tenant, .source: 16
        case .action, .identity, .actor, .target: 26
        case .summary, .agent: 30
        }
    }

    func tone(of event: Event, _ text: String) -> Style.Tone {
        switch self {
        case .time: .dim
        case .status: event.row.state == .quarantined ? .yellow : text == "Failure" ? .red : .plain
        case .product, .action, .identity, .address, .summary, .class, .actor, .target, .country, .agent, .tenant, .source: .plain
        }
    }

    func text(of event: Event, _ catalog: FieldCatalog, forPeople: Bool) -> String {
        func first(_ ids: FieldID...) -> String { ids.lazy.compactMap(event.text).first ?? "" }
        switch self {
        case .time: return forPeople ? TimeText.short(event.time) : RFC3339.format(event.time, fractionDigits: 6)
        case .product: return first(.productName, .logProvider)
        case .action: return first(.eventCode, .activityName)
        case .status: return event.row.state == .quarantined ? "Quarantined" : first(.status)
        case .identity: return first(.identity, .actorUserName, .userName, .syslogAppName)
        case .address: return first(.sourceIP, .syslogHostname)
        case .summary:
            return event.text(.quarantineError) ?? event.text(.message) ?? Self.object(event, catalog) ?? first(.className)
        case .class: return first(.className)
        case .actor: return first(.actorUserEmail, .actorUserName, .actorUserUID)
        case .target: return first(.userEmail, .userName, .userUID)
        case .country: return catalog.find("src_endpoint.location.country").flatMap(event.text) ?? ""
        case .agent: return first(.userAgent)
        case .tenant: return first(.tenantUID)
        case .source: return first(.logProvider)
        }
    }

    /// What the event was about, where it has no message.
    private static func object(_ event: Event, _ catalog: FieldCatalog) -> String? {
        for path in ["file.name", "resources.name", "web_resources.name", "group.name", "entity.name", "service.name"] {
            if let id = catalog.find(path), let text = event.text(id) { return text }
        }
        return nil
    }
}
