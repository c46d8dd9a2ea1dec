import EventModel
import LocatedYAML

/// A table in memory: rows found by the value of one column, or by the networks in it.
final class LookupTable: Sendable {
    let name: String
    let provider: String
    /// The names under which columns are added, by their numbers.
    let columns: [String]
    let isOfAddresses: Bool
    let rowCount: Int
    private let table: KeyTable
    private let prefixes: PrefixLengths
    /// Rows, each: how many cells, and of each its column, kind, length and text.
    private let rows: [UInt8]

    private static let textKind: UInt8 = 0

    /// Collects rows.
    struct Builder {
        let columns: [String]
        let isOfAddresses: Bool
        private(set) var table = KeyTable()
        private(set) var prefixes = PrefixLengths()
        private(set) var rows: [UInt8] = []
        private(set) var repeatedKeys = 0

        static let maximumRows = 2_000_000
        static let maximumKey = 512
        static let maximumCell = 4_096
        private static let maximumBytes = 1 << 30

        init(columns: [String], isOfAddresses: Bool) {
            self.columns = columns
            self.isOfAddresses = isOfAddresses
        }

        struct Cell {
            var column: Int
            var kind: FieldKind
            var text: ArraySlice<UInt8>
        }

        /// Adds a row; a later one with the same key stays out. Answers why it cannot be taken.
        mutating func add(key: ArraySlice<UInt8>, cells: [Cell]) -> String? {
            guard !key.isEmpty else { return "the key is empty" }
            guard key.count <= Self.maximumKey else { return "the key is longer than \(Self.maximumKey) bytes" }
            guard table.count < Self.maximumRows else { return "the table has more than \(Self.maximumRows) rows" }
            guard rows.count < Self.maximumBytes else { return "the table is longer than \(Self.maximumBytes) bytes" }
            if let long = cells.first(where: { $0.text.count > Self.maximumCell }) {
                return "\"\(columns[long.column])\" is longer than \(Self.maximumCell) bytes"
            }
            let place = UInt32(rows.count)
            if isOfAddresses {
                let text = String(decoding: key, as: UTF8.self)
                let network: IPNetwork
                do throws(IPNetwork.Flaw) {
                    network = try IPNetwork.parse(text)
                } catch {
                    return LineText.short(error.description)
                }
                let isNew = NetworkKey.with(network) { bytes in
                    let isNew = table.find(NetworkKey.kind, bytes) < 0
                    if isNew { table.insert(NetworkKey.kind, bytes, payload: place) }
                    return isNew
                }
                guard isNew else { return repeated() }
                prefixes.insert(network)
            } else {
                let isNew = key.map(ASCII.lower).withUnsafeBytes { bytes in
                    let isNew = table.find(LookupTable.textKind, bytes) < 0
                    if isNew { table.insert(LookupTable.textKind, bytes, payload: place) }
                    return isNew
                }
                guard isNew else { return repeated() }
            }
            rows.append(UInt8(truncatingIfNeeded: cells.count))
            for cell in cells {
                rows.append(UInt8(truncatingIfNeeded: cell.column))
                rows.append(cell.kind.rawValue)
                rows.append(UInt8(truncatingIfNeeded: cell.text.count))
                rows.append(UInt8(truncatingIfNeeded: cell.text.count >> 8))
                rows += cell.text
            }
            return nil
        }

        private mutating func repeated() -> String? {
            repeatedKeys += 1
            return nil
        }
    }

    init(_ builder: Builder, name: String, provider: String) {
        self.name = name
        self.provider = provider
        columns = builder.columns
        isOfAddresses = builder.isOfAddresses
        var table = builder.table
        table.finish()
        self.table = table
        rowCount = table.count
        prefixes = builder.prefixes
        rows = builder.rows
    }

    // Hot path.

    /// The row of a value; -1 if there is none. Of networks that hold an address, the smallest one's.
    ///
    /// - Parameter scratch: for the value in lower case.
    func row(_ value: UnsafeRawBufferPointer, _ scratch: Arena) -> Int {
        guard value.count <= Builder.maximumKey else { return -1 }
        if isOfAddresses {
            guard let address = IPAddress(value) else { return -1 }
            var entry: Int32 = -1
            prefixes.forEachKey(of: address) { key in
                entry = table.find(NetworkKey.kind, key)
                return entry < 0
            }
            return entry < 0 ? -1 : Int(table.payload(entry))
        }
        scratch.setCount(0)
        scratch.reserve(value.count)
        ASCII.lower(value, to: scratch.base)
        let entry = table.find(Self.textKind, UnsafeRawBufferPointer(start: scratch.base, count: value.count))
        return entry < 0 ? -1 : Int(table.payload(entry))
    }

    /// Calls back with the column, kind and text of each cell of a row.
    func forEachCell(_ row: Int, _ body: (Int, FieldKind, UnsafeRawBufferPointer) -> Void) {
        rows.withUnsafeBytes { rows in
            var place = row + 1
            for _ in 0..<rows[row] {
                let length = Int(rows[place + 2]) | Int(rows[place + 3]) << 8
                let text = UnsafeRawBufferPointer(rebasing: rows[place + 4..<place + 4 + length])
                body(Int(rows[place]), FieldKind(rawValue: rows[place + 1]) ?? .string, text)
                place += 4 + length
            }
        }
    }

    var footprint: Int { table.footprint + rows.count }
}
