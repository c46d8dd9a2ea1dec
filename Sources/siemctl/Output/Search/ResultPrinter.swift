import EventModel
import Searching
import Storage

/// Prints what a search gives, at most so many rows of it, and counts all.
struct ResultPrinter {
    private enum Printer {
        case events(EventPrinter)
        case rows(RowPrinter)
        case nothing
    }

    private var printer: Printer
    private let limit: Int
    /// Rows that the search gave, and those of them that were printed.
    private(set) var found = 0
    private(set) var shown = 0

    /// - Parameters:
    ///   - format: nil to count only.
    ///   - limit: at most so many rows are printed.
    init(
        _ prepared: PreparedSearch, format: OutputFormat?, limit: Int, style: Style, isFollowing: Bool = false
    ) {
        let plan = prepared.plan
        self.limit = limit
        guard let format else {
            printer = .nothing
            return
        }
        switch plan.output {
        case .events(let extras):
            printer = .events(
                EventPrinter(
                    format: format, extras: extras, catalog: prepared.catalog, products: prepared.reader.products, style: style,
                    isFollowing: isFollowing))
        case .rows(let columns):
            printer = .rows(
                RowPrinter(format: format, columns: columns, chart: plan.chart, style: style, isFollowing: isFollowing))
        }
    }

    mutating func add(_ row: SearchRow) {
        found += 1
        guard shown < limit else { return }
        shown += 1
        switch printer {
        case .events(var events):
            printer = .nothing
            events.add(row)
            printer = .events(events)
        case .rows(var rows):
            printer = .nothing
            rows.add(row)
            printer = .rows(rows)
        case .nothing: break
        }
    }

    mutating func finish() {
        switch printer {
        case .events(var events): events.finish()
        case .rows(var rows): rows.finish()
        case .nothing: break
        }
    }
}
