import EventModel
import Searching

/// Prints found events, with the columns that a query made for them.
struct EventPrinter {
    /// After so many rows the table's widths are settled, and what comes is printed as it comes.
    private static let settledRows = 1_000

    private let format: OutputFormat
    private let catalog: FieldCatalog
    private let style: Style
    private let extras: [SearchColumn]
    private let columns: [EventColumn]
    private var document: OCSFDocument
    private var table: Table
    private var count = 0
    /// Rows are printed at once: more may be long in coming.
    private let isFollowing: Bool

    init(format: OutputFormat, extras: [SearchColumn], catalog: FieldCatalog, style: Style, isFollowing: Bool) {
        self.format = format
        self.extras = extras
        self.catalog = catalog
        self.isFollowing = isFollowing
        self.style = format == .wide ? Style(isColoured: style.isColoured, width: nil) : style
        columns = EventColumn.shown(format, width: style.width, extras: extras.count)
        document = OCSFDocument(catalog: catalog)
        table = Table(columns.map { .init(title: $0.title, isFixed: $0 == .time) } + extras.map { .init(title: $0.name.uppercased()) })
    }

    mutating func add(_ row: SearchRow) {
        guard let event = row.event else { return }
        switch format {
        case .table, .wide:
            table.add(cells(event, row))
            if isFollowing || table.rows.count >= Self.settledRows { printTable() }
        case .json: Console.write(Array((count == 0 ? "[" : ",\n").utf8) + bytes(event, row))
        case .jsonl: Console.write(bytes(event, row) + [0x0a])
        case .ocsf: Console.write(document.bytes(of: event) + [0x0a])
        case .csv:
            if count == 0 { Console.print(CSV.line(["id"] + columns.map(\.rawValue) + extras.map(\.name))) }
            Console.print(
                CSV.line(
                    ["\(row.sequence)"] + columns.map { $0.text(of: event, catalog, forPeople: false) }
                        + extras.map { row.values[$0.slot].text }))
        case .raw: Console.write(Array(event.raw) + [0x0a])
        }
        count += 1
    }

    mutating func finish() {
        switch format {
        case .table, .wide: if !table.rows.isEmpty { printTable() }
        case .json: Console.print(count == 0 ? "[]" : "]")
        case .jsonl, .csv, .raw, .ocsf: break
        }
    }

    private mutating func printTable() {
        for line in table.takeLines(style) { Console.print(line) }
    }

    private func cells(_ event: Event, _ row: SearchRow) -> [Table.Cell] {
        let isNarrow = (style.width ?? .max) < EventColumn.roomyWidth
        let own = columns.map { column in
            let text = column.text(of: event, catalog, forPeople: true)
            // The year of a log's event is hardly ever news.
            let short = column == .time && isNarrow ? String(text.dropFirst(5)) : text
            return Table.Cell(short, column.tone(of: event, text))
        }
        return own + extras.map { Table.Cell(row.values[$0.slot].text, .cyan) }
    }

    /// The event's document; the query's columns stand behind its own members.
    private mutating func bytes(_ event: Event, _ row: SearchRow) -> [UInt8] {
        var bytes = document.bytes(of: event)
        guard !extras.isEmpty else { return bytes }
        bytes.removeLast()
        var writer = JSONWriter()
        writer.beginObject()
        for column in extras {
            writer.key(column.name)
            writer.value(row.values[column.slot])
        }
        writer.endObject()
        return bytes + [UInt8(ascii: ",")] + writer.bytes.dropFirst()
    }
}

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

extension JSONWriter {
    /// A value of a column: times as RFC 3339, lists as lists.
    mutating func value(_ value: FieldValue) {
        switch value {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .integer(let number): integer(number)
        case .double(let number): self.number(number)
        case .string(let text): string(text)
        case .time: string(value.text)
        case .list(let members):
            beginArray()
            for member in members { self.value(member) }
            endArray()
        }
    }
}
