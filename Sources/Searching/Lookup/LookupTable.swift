/// A table beside the events, for `lookup`: people, assets, known networks, from a CSV file.
public struct LookupTable: Sendable, Equatable {
    /// Bounds on what is loaded.
    public static let maximumBytes = 64 << 20
    public static let maximumRows = 1_000_000
    public static let maximumColumns = 256

    public let columns: [String]
    public let rows: [[String]]

    /// Reads a CSV text (RFC 4180) whose first line names the columns. Rows may be shorter than that line, not longer.
    ///
    /// - Parameter name: for messages.
    public init(name: String, csv: [UInt8]) throws(SearchFailure) {
        guard csv.count <= Self.maximumBytes else {
            throw SearchFailure("lookup table \(name) has more than \(Self.maximumBytes >> 20) MiB")
        }
        var reader = CSVReader(csv)
        guard let header = try reader.next(), header != [""] else {
            throw SearchFailure("lookup table \(name) is empty; its first line must name the columns")
        }
        guard header.count <= Self.maximumColumns else {
            throw SearchFailure("lookup table \(name) has more than \(Self.maximumColumns) columns")
        }
        if let empty = header.firstIndex(of: "") {
            throw SearchFailure("lookup table \(name), line 1: column \(empty + 1) has no name")
        }
        var rows: [[String]] = []
        while let row = try reader.next() {
            if row == [""] { continue }
            guard row.count <= header.count else {
                throw SearchFailure(
                    "lookup table \(name), line \(reader.line): \(row.count) values, but only \(header.count) columns")
            }
            guard rows.count < Self.maximumRows else {
                throw SearchFailure("lookup table \(name) has more than \(Self.maximumRows) rows")
            }
            rows.append(row)
        }
        columns = header
        self.rows = rows
    }
}
