import EventModel
import Storage

/// Prints found events in the format asked for. Everything but the table is printed as it comes.
struct EventPrinter {
    private let format: OutputFormat
    private let catalog: FieldCatalog
    private var document: OCSFDocument
    private var table = Table([
        .init(title: "TIME (UTC)"), .init(title: "PRODUCT"), .init(title: "ACTION"), .init(title: "STATUS"),
        .init(title: "IDENTITY"),
        .init(title: "ADDRESS"), .init(title: "SUMMARY"),
    ])
    private var count = 0

    init(format: OutputFormat, catalog: FieldCatalog) {
        self.format = format
        self.catalog = catalog
        document = OCSFDocument(catalog: catalog)
    }

    mutating func add(_ found: FoundEvent) {
        let event = found.event
        switch format {
        case .table: table.add(row(event))
        case .json:
            Console.print((count == 0 ? "[" : ",") + document.text(of: event))
        case .jsonl: Console.write(document.bytes(of: event) + [0x0a])
        case .csv:
            if count == 0 {
                Console.print(CSV.line(["id", "time", "product", "action", "status", "identity", "address", "summary"]))
            }
            Console.print(CSV.line(["\(found.sequence)", RFC3339.format(event.time, fractionDigits: 6)] + columns(event)))
        case .raw: Console.write(Array(event.raw) + [0x0a])
        }
        count += 1
    }

    func finish() {
        switch format {
        case .table: if count > 0 { for line in table.lines(.standardOutput()) { Console.print(line) } }
        case .json: Console.print(count == 0 ? "[]" : "]")
        case .jsonl, .csv, .raw: break
        }
    }

    private func row(_ event: Event) -> [Table.Cell] {
        let columns = columns(event)
        let tone: Style.Tone = event.row.state == .quarantined ? .yellow : columns[2] == "Failure" ? .red : .plain
        return [Table.Cell(TimeText.short(event.time), .dim)]
            + columns.enumerated().map { Table.Cell($1, $0 == 2 ? tone : .plain) }
    }

    /// Product, action, status, identity, address, summary.
    private func columns(_ event: Event) -> [String] {
        let isQuarantined = event.row.state == .quarantined
        let person =
            event.text(.identity) ?? event.text(.actorUserName) ?? event.text(.userName) ?? event.text(.syslogAppName) ?? ""
        let summary = event.text(.quarantineError) ?? event.text(.message) ?? object(event) ?? event.text(.className) ?? ""
        return [
            event.text(.productName) ?? event.text(.logProvider) ?? "", event.text(.eventCode) ?? event.text(.activityName) ?? "",
            isQuarantined ? "Quarantined" : event.text(.status) ?? "", person,
            event.text(.sourceIP) ?? event.text(.syslogHostname) ?? "", summary,
        ]
    }

    /// What the event was about, where it has no message.
    private func object(_ event: Event) -> String? {
        for path in ["file.name", "resources.name", "web_resources.name", "group.name", "entity.name", "service.name"] {
            if let id = catalog.find(path), let text = event.text(id) { return text }
        }
        return nil
    }
}

/// RFC 4180.
enum CSV {
    static func line(_ fields: [String]) -> String { fields.map(quoted).joined(separator: ",") }

    private static func quoted(_ field: String) -> String {
        // A leading =, +, - or @ would run as a formula in a spreadsheet.
        let safe = field.first.map { "=+-@\t\r".contains($0) } == true ? "'" + field : field
        guard safe.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}
