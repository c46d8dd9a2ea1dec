import EventModel
import Searching

/// A `timechart` as bars: a line a bucket of time, the longest bar as wide as there is room.
struct ChartDrawing {
    /// Series with a mark of their own; the smaller ones are drawn together as the last.
    private static let marks: [(fill: Character, tone: Style.Tone)] = [
        ("█", .cyan), ("▓", .yellow), ("▒", .green), ("░", .magenta), ("#", .blue), ("+", .red), ("·", .dim),
    ]
    private static let eighths: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    private let names: [String]
    private let chart: SearchPlan.Chart
    private let style: Style

    /// - Parameter names: of the rows' columns; the first is the time.
    init(_ names: [String], _ chart: SearchPlan.Chart, _ style: Style) {
        self.names = names
        self.chart = chart
        self.style = style
    }

    /// The lines of a drawing of rows in order of time. The chart must have one column of values.
    func lines(_ rows: [[FieldValue]]) -> [String] {
        let value = chart.values[0]
        guard let series = chart.series else {
            let numbers = rows.map { max($0[value].number ?? 0, 0) }
            let times = rows.map { Self.time($0[0]) }
            let greatest = numbers.max() ?? 0
            let labels = rows.map { $0[value].isNull ? "–" : Table.Cell($0[value].text).text }
            return times.indices.map { line in
                let bar = Self.bar(numbers[line], of: greatest, width: room(times, labels))
                return "\(style.paint(times[line], .dim))  \(style.paint(bar, .cyan)) \(labels[line])"
            }
        }
        return stacked(rows, series: series, value: value)
    }

    private func stacked(_ rows: [[FieldValue]], series: Int, value: Int) -> [String] {
        var totals: [String: Double] = [:]
        for row in rows { totals[Self.name(row[series]), default: 0] += max(row[value].number ?? 0, 0) }
        let ordered = totals.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }.map(\.key)
        let hasRest = ordered.count > Self.marks.count
        let shown = Array(ordered.prefix(hasRest ? Self.marks.count - 1 : ordered.count))
        let places = Dictionary(uniqueKeysWithValues: shown.enumerated().map { ($1, $0) })
        var buckets: [(time: FieldValue, numbers: [Double])] = []
        for row in rows {
            if buckets.last?.time != row[0] {
                buckets.append((row[0], Array(repeating: 0, count: shown.count + (hasRest ? 1 : 0))))
            }
            let place = places[Self.name(row[series])] ?? shown.count
            buckets[buckets.count - 1].numbers[place] += max(row[value].number ?? 0, 0)
        }
        let legend = (shown + (hasRest ? ["\(ordered.count - shown.count) more"] : [])).enumerated().map { place, name in
            let mark = Self.marks[mark(place, shown.count, hasRest)]
            return style.paint(String(mark.fill), mark.tone) + " \(Table.Cell(name).text)"
        }
        let sums = buckets.map { $0.numbers.reduce(0, +) }
        let greatest = sums.max() ?? 0
        let times = buckets.map { Self.time($0.time) }
        let labels = sums.map { FieldValue.number($0).text }
        let width = room(times, labels)
        return [legend.joined(separator: "  ")] + buckets.indices.map { line in
            var drawn = 0
            var sum = 0.0
            var bar = ""
            for (place, number) in buckets[line].numbers.enumerated() {
                sum += number
                let end = greatest > 0 ? Int((sum / greatest * Double(width)).rounded()) : 0
                let mark = Self.marks[mark(place, shown.count, hasRest)]
                bar += style.paint(String(repeating: mark.fill, count: max(end - drawn, 0)), mark.tone)
                drawn = max(drawn, end)
            }
            return "\(style.paint(times[line], .dim))  \(bar) \(labels[line])"
        }
    }

    private func mark(_ place: Int, _ shown: Int, _ hasRest: Bool) -> Int {
        hasRest && place == shown ? Self.marks.count - 1 : place
    }

    /// The width that is left for bars beside times and labels.
    private func room(_ times: [String], _ labels: [String]) -> Int {
        let label = labels.map(\.count).max() ?? 0
        return max(8, (style.width ?? 100) - (times.first?.count ?? 0) - label - 4)
    }

    private static func time(_ value: FieldValue) -> String {
        guard case .time(let time) = value else { return String(repeating: " ", count: 16) }
        // Buckets shorter than a minute are rare; their seconds are worth their place.
        let text = TimeText.short(time)
        return text.hasSuffix(":00") ? String(text.dropLast(3)) : text
    }

    private static func name(_ value: FieldValue) -> String { value.isNull ? "(none)" : value.text }

    private static func bar(_ number: Double, of greatest: Double, width: Int) -> String {
        guard greatest > 0, number > 0 else { return "" }
        let parts = max(1, Int((number / greatest * Double(width) * 8).rounded()))
        let full = String(repeating: "█", count: parts / 8)
        return parts % 8 == 0 ? full : full + String(eighths[parts % 8 - 1])
    }
}
