/// Rows in columns, for people. The last column takes what is left of the terminal's width.
struct Table {
    struct Column {
        var title: String
        var alignsRight = false
        /// Worth nothing when cut: it keeps its width while others give way.
        var isFixed = false
        /// At least so wide, for rows that are still to come.
        var minimum = 0
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

    /// No column is made narrower than this to fit the terminal, its own width aside.
    private static let narrowest = 6

    let columns: [Column]
    private(set) var rows: [[Cell]] = []
    /// The widths that lines which are out already have.
    private var fixedWidths: [Int]?

    init(_ columns: [Column]) { self.columns = columns }

    mutating func add(_ cells: [Cell]) { rows.append(cells) }

    /// Writes it to standard output, as wide as the terminal.
    func print() {
        for line in lines(.standardOutput()) { Console.print(line) }
    }

    /// The lines of the table, header first.
    func lines(_ style: Style) -> [String] {
        var table = self
        return table.takeLines(style)
    }

    /// The lines of the rows so far, with the header if it is not out yet; the rows are let go, and later ones get the same
    /// widths. So a table may be as long as it likes.
    mutating func takeLines(_ style: Style) -> [String] {
        let widths = fixedWidths ?? self.widths(style)
        var lines: [String] = []
        if fixedWidths == nil {
            let header = columns.enumerated().map { index, column in
                style.paint(Self.fit(column.title, widths[index], column.alignsRight), .bold)
            }
            lines.append(Self.joined(header))
        }
        fixedWidths = widths
        lines += rows.map { row in
            Self.joined(row.enumerated().map { index, cell in
                // Where nothing has to fit, out of line is better than cut.
                let width = style.width == nil ? max(widths[index], cell.text.count) : widths[index]
                return style.paint(Self.fit(cell.text, width, columns[index].alignsRight), cell.tone)
            })
        }
        rows = []
        return lines
    }

    /// As wide as the widest cell; where that is too much for the terminal, the widest columns give way first.
    private func widths(_ style: Style) -> [Int] {
        var widths = columns.map { max($0.title.count, $0.minimum) }
        for row in rows {
            for (index, cell) in row.enumerated() { widths[index] = max(widths[index], cell.text.count) }
        }
        guard let total = style.width else { return widths }
        var excess = widths.reduce(-2) { $0 + $1 + 2 } - total
        // A number that is cut is another number.
        let elastic = columns.indices.filter { !columns[$0].isFixed && !columns[$0].alignsRight }
        while excess > 0, let widest = elastic.max(by: { widths[$0] < widths[$1] }), widths[widest] > Self.narrowest {
            widths[widest] -= 1
            excess -= 1
        }
        return widths
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
