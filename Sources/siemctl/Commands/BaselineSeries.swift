import EventModel

/// A series as CSV (RFC 4180): the columns `timestamp` and `value`, named in the first line; others are passed over.
struct BaselineSeries {
    struct Row: Equatable {
        /// As written.
        var timestamp: Substring
        var value: Substring
        var time: Timestamp
        var number: Double
    }

    /// What cannot be read, and where: line and column count from 1, the column in bytes.
    struct Flaw: Error, Equatable, CustomStringConvertible {
        var line: Int
        var column: Int
        var message: String

        var description: String { "\(line):\(column): \(message)" }
    }

    private struct Cell {
        var text: Substring
        var column: Int
    }

    private static let mostColumns = 256

    private(set) var rows: [Row] = []

    init(_ bytes: [UInt8]) throws(Flaw) {
        guard var text = String(validating: bytes, as: UTF8.self)?[...] else {
            throw Flaw(line: 1, column: 1, message: "the file is not UTF-8")
        }
        if text.unicodeScalars.first == "\u{feff}" { text = Substring(text.unicodeScalars.dropFirst()) }
        var columns: (timestamp: Int, value: Int)?
        var number = 0
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let content = Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
            if content.isEmpty, columns != nil { continue }
            let cells = try Self.cells(content, line: number)
            if let columns {
                rows.append(try Self.row(cells, columns, line: number, end: content.utf8.count + 1))
            } else {
                columns = try Self.header(cells, line: number)
            }
        }
    }

    private static func header(_ cells: [Cell], line: Int) throws(Flaw) -> (timestamp: Int, value: Int) {
        func place(_ name: String) throws(Flaw) -> Int {
            if let place = cells.firstIndex(where: { $0.text.lowercased() == name }) { return place }
            throw Flaw(line: line, column: 1, message: "no column \"\(name)\"; the first line must name timestamp and value")
        }
        return (try place("timestamp"), try place("value"))
    }

    private static func row(
        _ cells: [Cell], _ columns: (timestamp: Int, value: Int), line: Int, end: Int
    ) throws(Flaw) -> Row {
        guard cells.count > max(columns.timestamp, columns.value) else {
            throw Flaw(line: line, column: end, message: "too few columns: the first line has more")
        }
        let stamp = cells[columns.timestamp]
        var text = String(stamp.text)
        guard let time = text.withUTF8({ RFC3339.parseAssumingUTC(UnsafeRawBufferPointer($0)) }) else {
            throw Flaw(
                line: line, column: stamp.column,
                message: "\"\(stamp.text.prefix(40))\" is no time; write 2014-02-14 14:30:00 (UTC) or RFC 3339")
        }
        let value = cells[columns.value]
        guard let number = number(value.text) else {
            throw Flaw(line: line, column: value.column, message: "\"\(value.text.prefix(40))\" is no finite number")
        }
        return Row(timestamp: stamp.text, value: value.text, time: time, number: number)
    }

    /// A finite decimal number: neither `nan` nor hexadecimal.
    private static func number(_ text: Substring) -> Double? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }) else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }

    /// The cells of a line. Quoted ones may hold commas and doubled quotes, but no line ends.
    private static func cells(_ line: Substring, line number: Int) throws(Flaw) -> [Cell] {
        var cells: [Cell] = []
        var rest = line
        while true {
            let column = line.utf8.count - rest.utf8.count + 1
            guard cells.count < mostColumns else {
                throw Flaw(line: number, column: column, message: "more than \(mostColumns) columns")
            }
            let isQuoted = rest.utf8.first == UInt8(ascii: "\"")
            if isQuoted {
                rest = rest.dropFirst()
                var text = ""
                while true {
                    guard let quote = rest.firstIndex(of: "\"") else {
                        throw Flaw(line: number, column: column, message: "the quote is not closed in its line")
                    }
                    text += rest[..<quote]
                    rest = rest[rest.index(after: quote)...]
                    guard rest.first == "\"" else { break }
                    text += "\""
                    rest = rest.dropFirst()
                }
                guard rest.isEmpty || rest.first == "," else {
                    throw Flaw(
                        line: number, column: line.utf8.count - rest.utf8.count + 1,
                        message: "a comma must follow the closing quote")
                }
                cells.append(Cell(text: text[...], column: column))
            } else {
                let text = Substring(rest.utf8.prefix { $0 != UInt8(ascii: ",") })
                cells.append(Cell(text: text, column: column))
                rest = Substring(rest.utf8.dropFirst(text.utf8.count))
            }
            if rest.isEmpty { return cells }
            rest = Substring(rest.utf8.dropFirst())
        }
    }
}
