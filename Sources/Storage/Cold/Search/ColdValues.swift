import EventModel
import Matching

// Hot path. Unsafe: ranks are checked against the columns' counts, codes against the values when a column is opened.

/// Collects the values of fields in some of a cold block's rows.
struct ColdValues {
    private let block: OpenColdBlock
    private let catalog: FieldCatalog
    private let decoder: ColdBlockDecoder
    private let unescaper: JSONScanner
    /// The rows, ascending.
    private let selected: [UInt32]
    private let prefersOCSF: Bool

    /// - Parameter prefersOCSF: of a row that has an OCSF value of a name, the vendor's values of that name are left out.
    init(
        _ block: OpenColdBlock, selected: [UInt32], catalog: FieldCatalog, decoder: ColdBlockDecoder, unescaper: JSONScanner,
        prefersOCSF: Bool = false
    ) {
        self.prefersOCSF = prefersOCSF
        self.block = block
        self.selected = selected
        self.catalog = catalog
        self.decoder = decoder
        self.unescaper = unescaper
    }

    /// The values of a field: of each row those that the first of the selectors gives that has any.
    func column(_ selectors: [FieldSelector]) throws(BlockError) -> FieldColumn {
        var maps: [ColdFieldMap] = []
        for selector in selectors {
            maps.append(try ColdFieldMap(selector, block, catalog: catalog, prefersOCSF: prefersOCSF))
        }
        if selected.count > ColumnScan.fewRows, let column = try single(maps) { return column }
        var columns: [FieldColumn] = []
        for (selector, map) in zip(selectors, maps) { columns.append(try column(selector, map)) }
        return FieldColumn.first(of: columns, count: selected.count)
    }

    private func column(_ selector: FieldSelector, _ map: ColdFieldMap) throws(BlockError) -> FieldColumn {
        if map.isUnclear.contains(true) { return try wholeRows(selector) }
        if selected.count > ColumnScan.fewRows, let column = try single([map]) { return column }
        let column = FieldColumn(count: selected.count)
        try fill(column, map)
        return column
    }

    /// A column of a block of which some kinds of row have values that are no column's: all of them are put together.
    private func wholeRows(_ selector: FieldSelector) throws(BlockError) -> FieldColumn {
        let column = FieldColumn(count: selected.count)
        var index = 0
        for part in try decoder.decode(block, selected: selected) {
            for row in part.batch.rows.indices {
                column.add(part.batch[row], [selector], to: index, catalog, prefersOCSF: prefersOCSF)
                index += 1
            }
        }
        return column
    }

    // MARK: - One value a row

    /// The common case, in one pass over the rows: a row has one whole value at most, whichever map has it. Nil where it is not
    /// so.
    private func single(_ maps: [ColdFieldMap]) throws(BlockError) -> FieldColumn? {
        var places: [ColdFieldMap.Place?] = []
        for kind in try block.layout().kindList.indices {
            let map = maps.first { !$0.places[kind].isEmpty || $0.isUnclear[kind] }
            if let map, map.isUnclear[kind] || map.places[kind].count > 1 || map.places[kind][0].part != nil { return nil }
            places.append(map?.places[kind][0])
        }
        let codes = try RowCodes(block, places: places)
        let column = FieldColumn(count: selected.count)
        // What the values are in the result: -1 not met yet, -2 null.
        var table = [Int32](repeating: -1, count: codes.valueCount)
        for one in codes.opened { one.values.expand() }
        let isToken = codes.uses.map { block.directory.columns[$0.column].key.role == .scalar }
        var hasNulls = false
        let indices = try codes.indices()
        var found = [Int32](repeating: -1, count: selected.count)
        for (number, row) in selected.enumerated() {
            let index = Int(indices[Int(row)])
            if index < 0 { continue }
            if table[index] == -1 {
                let use = codes.bases.lastIndex { $0 <= index } ?? 0
                table[index] = append(
                    codes.opened[use].values[index - codes.bases[use]], isToken: isToken[use], codes.uses[use].kind,
                    isOnly: codes.uses.count == 1, to: column)
                if table[index] == -2 { hasNulls = true }
            }
            found[number] = table[index]
        }
        if hasNulls {
            // A null leaves it to the next selector.
            if maps.count > 1 { return nil }
            for index in found.indices where found[index] == -2 { found[index] = -1 }
        }
        column.codes = found
        return column
    }

    // MARK: - Any number of values a row

    private func fill(_ column: FieldColumn, _ map: ColdFieldMap) throws(BlockError) {
        let opened = try map.columns.map { column throws(BlockError) in try block.column(column) }
        let has = try map.columns.map { column throws(BlockError) in try block.kinds(of: column) }
        let limits = map.columns.map { block.directory.columns[$0].count }
        let numbers = Dictionary(uniqueKeysWithValues: map.columns.enumerated().map { ($1, $0) })
        let places = map.places.map { $0.map { (number: numbers[$0.column] ?? 0, place: $0) } }
        // Of each column's values, what they are in the result: -1 not met yet, -2 null.
        var codes = opened.map { [Int32](repeating: -1, count: $0.values.count) }
        // The columns that each kind of row has.
        let present = try block.layout().kindList.indices.map { kind in map.columns.indices.filter { has[$0][kind] } }
        var ranks = [Int](repeating: 0, count: map.columns.count)
        var next = 0
        for (row, kind) in try block.kinds().enumerated() where next < selected.count {
            let kind = Int(kind)
            if Int(selected[next]) == row {
                for place in places[kind] {
                    let rank = ranks[place.number] - (place.place.isShared ? 1 : 0)
                    guard rank >= 0, rank < limits[place.number] else { throw .damaged("a column has too few values") }
                    let value = opened[place.number].code(rank)
                    if let part = place.place.part {
                        // A part of a value: few fields are, so each is a value of its own, whether or not it is there already.
                        let whole = opened[place.number].values[value]
                        guard part.upperBound <= whole.count else { throw .damaged("a value is outside its record") }
                        column.add(
                            column.append(UnsafeRawBufferPointer(rebasing: whole[part]), place.place.kind ?? .string), to: next)
                        continue
                    }
                    var code = codes[place.number][value]
                    if code == -1 {
                        let isToken = block.directory.columns[map.columns[place.number]].key.role == .scalar
                        code = append(
                            opened[place.number].values[value], isToken: isToken, place.place.kind,
                            isOnly: opened.count == 1, to: column)
                        codes[place.number][value] = code
                    }
                    if code >= 0 { column.add(code, to: next) }
                }
                next += 1
            }
            for number in present[kind] { ranks[number] += 1 }
        }
    }

    /// Appends a column's value as its text; -2 for null.
    /// - Parameter isOnly: no other column has values of the field, so that none of these can be there already.
    private func append(
        _ value: UnsafeRawBufferPointer, isToken: Bool, _ kind: FieldKind?, isOnly: Bool, to column: FieldColumn
    ) -> Int32 {
        let add = { (text: UnsafeRawBufferPointer, kind: FieldKind) in
            isOnly ? column.append(text, kind) : column.intern(text, kind)
        }
        guard isToken, let first = value.first, first != UInt8(ascii: "\"") || value.count >= 2 else {
            return kind == .null ? -2 : add(value, kind ?? .string)
        }
        switch first {
        case UInt8(ascii: "\""):
            guard value.contains(UInt8(ascii: "\\")) else {
                return add(UnsafeRawBufferPointer(rebasing: value[1..<value.count - 1]), .string)
            }
            return JSONToken.unescaped(value, unescaper).withUnsafeBytes { add($0, .string) }
        case UInt8(ascii: "t"): return add(value, .true)
        case UInt8(ascii: "f"): return add(value, .false)
        case UInt8(ascii: "n"): return -2
        default:
            let isWhole = value.allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: "-") }
            return add(value, isWhole ? .integer : .float)
        }
    }
}
