import Searching
import Storage
import Synchronization

/// Prints the rows of a query in SQL as they come.
final class SQLRows: Sendable {
    private struct State {
        var printer: RowPrinter?
        var count = 0
    }

    private let format: OutputFormat
    private let style: Style
    private let state = Mutex(State())

    init(format: OutputFormat, style: Style) {
        self.format = format
        self.style = style
    }

    /// Takes the columns' names; comes before any row.
    func begin(_ names: [String]) {
        let names = format == .json || format == .jsonl ? Self.distinct(names) : names
        let columns = names.enumerated().map { SearchColumn($1, slot: $0) }
        state.withLock {
            $0.printer = RowPrinter(format: format, columns: columns, chart: nil, style: style, isFollowing: false)
        }
    }

    func add(_ values: [SQLValue]) {
        state.withLock {
            $0.count += 1
            $0.printer?.add(SearchRow(values: values.map(Self.value)))
        }
    }

    /// Prints what is held back. Returns how many rows there were.
    func finish() -> Int {
        state.withLock {
            $0.printer?.finish()
            return $0.count
        }
    }

    /// The members of an object need names of their own: the second `n` is `n:1`, as SQLite has it.
    private static func distinct(_ names: [String]) -> [String] {
        var counts: [String: Int] = [:]
        return names.map { name in
            let count = counts[name, default: 0]
            counts[name] = count + 1
            return count == 0 ? name : "\(name):\(count)"
        }
    }

    private static func value(_ value: SQLValue) -> FieldValue {
        switch value {
        case .null: .null
        case .integer(let number): .integer(number)
        case .real(let number): number.isFinite ? .double(number) : .string(number < 0 ? "-Inf" : "Inf")
        case .text(let text): .string(text)
        // As SQL writes it.
        case .blob(let bytes): .string("x'\(bytes.map(hex).joined())'")
        }
    }

    private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
