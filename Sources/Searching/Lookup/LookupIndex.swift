/// A table, ready to be looked up by one of its columns. Case does not matter; of several rows with one key the first holds.
public struct LookupIndex: Sendable {
    /// What a row adds: every column but the key's.
    let columns: [String]
    private let rows: [String: [FieldValue]]

    init(_ table: LookupTable, key: Int) {
        columns = table.columns.indices.filter { $0 != key }.map { table.columns[$0] }
        var rows: [String: [FieldValue]] = [:]
        for row in table.rows where key < row.count && rows[row[key].lowercased()] == nil {
            rows[row[key].lowercased()] = table.columns.indices.filter { $0 != key }.map {
                $0 < row.count && !row[$0].isEmpty ? .string(row[$0]) : .null
            }
        }
        self.rows = rows
    }

    /// The values of the columns for a key; of a list's members the first that is known.
    func find(_ key: FieldValue) -> [FieldValue]? {
        for member in key.members {
            if let row = rows[member.text.lowercased()] { return row }
        }
        return nil
    }
}
