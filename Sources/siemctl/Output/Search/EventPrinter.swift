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

    init(
        format: OutputFormat, extras: [SearchColumn], catalog: FieldCatalog, products: ProductCatalog, style: Style,
        isFollowing: Bool
    ) {
        self.format = format
        self.extras = extras
        self.catalog = catalog
        self.isFollowing = isFollowing
        self.style = format == .wide ? Style(isColoured: style.isColoured, width: nil) : style
        columns = EventColumn.shown(format, width: style.width, extras: extras.count)
        document = OCSFDocument(catalog: catalog, products: products)
        table = Table(
            columns.map { .init(title: $0.title, isFixed: $0 == .time, minimum: isFollowing ? $0.usualWidth : 0) }
                + extras.map { .init(title: $0.name.uppercased(), minimum: isFollowing ? 12 : 0) })
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
            if count == 0 { printHeader() }
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
        case .csv: if count == 0 { printHeader() }
        case .jsonl, .raw, .ocsf: break
        }
    }

    private func printHeader() { Console.print(CSV.line(["id"] + columns.map(\.rawValue) + extras.map(\.name))) }

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
