import EventModel
import LocatedYAML

/// Reads the file of a lookup table.
struct LookupLoader {
    private static let maximumBytes = 256 << 20
    private static let maximumColumns = 64

    private let configuration: LookupConfiguration
    private let file: EntryFile
    private let isOfAddresses: Bool
    private var flaws: LineFlaws

    /// The table, or nil and why not. Rows that cannot be taken are left out and told.
    static func load(_ configuration: LookupConfiguration) -> (LookupTable?, [Diagnostic]) {
        var loader = LookupLoader(configuration)
        let (table, errors) = loader.file.read(maximumBytes: maximumBytes) { bytes in
            try configuration.format == .csv ? loader.csv(bytes) : loader.json(bytes)
        }
        return (table, table == nil ? errors : loader.flaws.finished("rows"))
    }

    private init(_ configuration: LookupConfiguration) {
        self.configuration = configuration
        file = EntryFile(file: configuration.file, what: "the table \"\(configuration.name)\"")
        isOfAddresses = Self.isOfAddresses(configuration)
        flaws = LineFlaws(file: configuration.file.path)
    }

    /// Keys are networks if all that is looked up are addresses.
    static func isOfAddresses(_ configuration: LookupConfiguration) -> Bool {
        configuration.match.allSatisfy { OCSFPaths.observable(at: FieldCatalog.fold($0.path)) == .ip }
    }

    // MARK: CSV

    private mutating func csv(_ bytes: [UInt8]) throws -> LookupTable {
        var reader = CSVReader(bytes, delimiter: configuration.delimiter)
        guard let header = try reader.next() else { throw file.isEmpty }
        let names = header.map { String(decoding: $0, as: UTF8.self) }
        guard let key = names.firstIndex(of: configuration.key) else { throw missing(configuration.key, names) }
        let wanted = try columns(names)
        let places = try wanted.map { column in
            guard let place = names.firstIndex(of: column.column) else { throw missing(column.column, names) }
            return place
        }
        var builder = LookupTable.Builder(columns: wanted.map(\.name), isOfAddresses: isOfAddresses)
        while let record = try reader.next() {
            guard record.count == names.count else {
                flaws.add(line: reader.line, "the record has \(record.count) fields, the first line \(names.count)")
                continue
            }
            var cells: [LookupTable.Builder.Cell] = []
            for (column, place) in places.enumerated() where !record[place].isEmpty {
                cells.append(.init(column: column, kind: .string, text: record[place]))
            }
            add(&builder, line: reader.line, key: record[key], cells)
        }
        return finished(builder)
    }

    private func missing(_ column: String, _ names: [String]) -> EntryFile.Flaw {
        file.missing(column, among: names, shown: Self.maximumColumns)
    }

    /// What is added: the configured columns, or all but the key, or the key where there is no other.
    private func columns(_ names: [String]) throws -> [LookupConfiguration.Column] {
        var wanted = configuration.add
        if wanted.isEmpty {
            let others = names.filter { $0 != configuration.key && !$0.isEmpty }
            wanted = (others.isEmpty ? [configuration.key] : others).map { .init(column: $0, name: EnrichedName.plain($0)) }
        }
        guard wanted.count <= Self.maximumColumns else {
            throw EntryFile.Flaw(
                description: "\(configuration.file.path) has more than \(Self.maximumColumns) columns; name some in \"add\"")
        }
        return wanted
    }

    private mutating func add(
        _ builder: inout LookupTable.Builder, line: Int, key: ArraySlice<UInt8>, _ cells: [LookupTable.Builder.Cell]
    ) {
        if let flaw = builder.add(key: key, cells: cells) { flaws.add(line: line, flaw) }
    }

    private mutating func finished(_ builder: LookupTable.Builder) -> LookupTable {
        if builder.repeatedKeys > 0 {
            flaws.add(line: 1, "\(builder.repeatedKeys) rows have a key that an earlier row has; the first one counts")
        }
        return LookupTable(builder, name: configuration.name, provider: configuration.name)
    }

    // MARK: JSON

    private mutating func json(_ bytes: [UInt8]) throws -> LookupTable {
        let objects = JSONObjects(bytes)
        // Without `add`, the members of the first object are the columns.
        var wanted = configuration.add
        var builder: LookupTable.Builder?
        let key = objects.catalog.intern(configuration.key)
        var ids: [FieldID] = []
        try objects.forEach { result in
            let element: JSONObjects.Element
            switch result {
            case .success(let object): element = object
            case .failure(let flaw):
                flaws.add(line: flaw.line, flaw.message)
                return
            }
            if builder == nil {
                if wanted.isEmpty { wanted = try columns(names(of: element, objects.catalog)) }
                ids = wanted.map { objects.catalog.intern($0.column) }
                builder = LookupTable.Builder(columns: wanted.map(\.name), isOfAddresses: isOfAddresses)
            }
            guard let keyField = element.fields.first(where: { $0.id == key && Self.isScalar($0) }) else {
                flaws.add(line: element.line, "the object has no \"\(configuration.key)\"")
                return
            }
            var cells: [LookupTable.Builder.Cell] = []
            for (column, id) in ids.enumerated() {
                guard let field = element.fields.first(where: { $0.id == id && Self.isScalar($0) }) else { continue }
                cells.append(.init(column: column, kind: field.kind, text: Array(element.bytes(field))[...]))
            }
            if let flaw = builder?.add(key: Array(element.bytes(keyField))[...], cells: cells) {
                flaws.add(line: element.line, flaw)
            }
        }
        return finished(builder ?? LookupTable.Builder(columns: [], isOfAddresses: isOfAddresses))
    }

    private func names(of element: JSONObjects.Element, _ catalog: FieldCatalog) -> [String] {
        var seen: Set<FieldID> = []
        return element.fields.filter { Self.isScalar($0) && seen.insert($0.id).inserted }.map { catalog.path(of: $0.id) }
    }

    private static func isScalar(_ field: Field) -> Bool {
        field.kind.rawValue <= FieldKind.false.rawValue && field.length > 0
    }
}
