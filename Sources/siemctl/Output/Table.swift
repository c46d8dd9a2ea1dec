/// Rows in columns, for people. The last column takes what is left of the terminal's width.
struct Table {
    struct Column {
        var title: String
        var alignsRight = false
    }

    struct Cell {
        var text: String
        var tone: Style.Tone

        init(_ text: String, _ tone: Style.Tone = .plain) {
            self.text = Self.printable(text)
            self.tone = tone
        }

        /// What the logs contain must not move the cursor or recolour the screen.
        private static func printable(_ text: String) -> String {
            String(String.UnicodeScalarView(text.unicodeScalars.map { scalar in
                scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || (0x202a...0x202e).contains(scalar.value)
                    || (0x2066...0x2069).contains(scalar.value) ? "\u{fffd}" : scalar
            }))
        }
    }

    let columns: [Column]
    private(set) var rows: [[Cell]] = []

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ cells: [Cell]) { rows.append(cells) }

    /// The lines of the table, header first.
    func lines(_ style: Style) -> [String] {
        var widths = columns.map(\.title.count)
        for row in rows {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.text.count) }
        }
        if let total = style.width, let last = widths.indices.last {
            let others = widths.dropLast().reduce(0) { $0 + $1 + 2 }
            widths[last] = max(12, min(widths[last], total - others))
        }
        let header = columns.enumerated().map { index, column in
            style.paint(Self.fit(column.title, widths[index], column.alignsRight), .bold)
        }
        return [header] .map(Self.joined) + rows.map { row in
            Self.joined(row.enumerated().map { index, cell in
                style.paint(Self.fit(cell.text, widths[index], columns[index].alignsRight), cell.tone)
            })
        }
    }

    private static func joined(_ cells: [String]) -> String {
        var line = cells.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
    }

    private static func fit(_ text: String, _ width: Int, _ alignsRight: Bool) -> String {
        if text.count > width { return text.prefix(max(0, width - 1)) + "…" }
        let space = String(repeating: " ", count: width - text.count)
        return alignsRight ? space + text : text + space
    }
}
