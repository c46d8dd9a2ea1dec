import EventModel
import Searching

/// Prints rows that a query made: tables, objects, CSV, and a drawing of a `timechart` on a terminal.
struct RowPrinter {
    private static let settledRows = 1_000

    private let format: OutputFormat
    private let style: Style
    private let columns: [SearchColumn]
    private let chart: SearchPlan.Chart?
    /// Rows whose widths are not settled, or that are to be drawn.
    private var held: [[FieldValue]] = []
    private var table: Table?
    private var count = 0
    private let isFollowing: Bool

    init(format: OutputFormat, columns: [SearchColumn], chart: SearchPlan.Chart?, style: Style, isFollowing: Bool) {
        self.format = format
        self.columns = columns
        self.chart = format == .table && style.width != nil ? chart : nil
        self.style = format == .wide ? Style(isColoured: style.isColoured, width: nil) : style
        self.isFollowing = isFollowing
    }

    mutating func add(_ row: SearchRow) {
        let values = columns.map { row.values[$0.slot] }
        switch format {
        case .table, .wide:
            held.append(values)
            if isFollowing || (chart == nil && held.count >= Self.settledRows) { printTable() }
        case .json: Console.print((count == 0 ? "[" : ",") + object(values))
        case .jsonl: Console.print(object(values))
        case .csv:
            if count == 0 { Console.print(CSV.line(columns.map(\.name))) }
            Console.print(CSV.line(values.map(\.text)))
        case .raw, .ocsf: break
        }
        count += 1
    }

    mutating func finish() {
        switch format {
        case .table, .wide:
            if let chart, chart.values.count == 1, !held.isEmpty {
                for line in ChartDrawing(columns.map(\.name), chart, style).lines(held) { Console.print(line) }
            } else if !held.isEmpty {
                printTable()
            }
        case .json: Console.print(count == 0 ? "[]" : "]")
        case .csv: if count == 0 { Console.print(CSV.line(columns.map(\.name))) }
        case .jsonl, .raw, .ocsf: break
        }
    }

    private mutating func printTable() {
        var table = self.table ?? Table(columns.enumerated().map { index, column in
            .init(
                title: column.name.uppercased(), alignsRight: held.allSatisfy { Self.isNumber($0[index]) },
                isFixed: held.allSatisfy { Self.isNumber($0[index]) || Self.isTime($0[index]) },
                minimum: isFollowing ? 16 : 0)
        })
        for values in held {
            table.add(values.map { value in
                if case .time(let time) = value { return Table.Cell(TimeText.short(time), .dim) }
                return Table.Cell(value.text)
            })
        }
        held = []
        for line in table.takeLines(style) { Console.print(line) }
        self.table = table
    }

    private static func isNumber(_ value: FieldValue) -> Bool {
        switch value {
        case .null, .integer, .double: true
        case .bool, .string, .time, .list: false
        }
    }

    private static func isTime(_ value: FieldValue) -> Bool {
        if case .time = value { true } else { false }
    }

    private func object(_ values: [FieldValue]) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        for (column, value) in zip(columns, values) {
            writer.key(column.name)
            writer.value(value)
        }
        writer.endObject()
        return writer.text
    }
}
