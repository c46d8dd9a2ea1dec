import EventModel
import Matching

// Hot path. Unsafe: ranks are checked against the columns' counts.

/// Collects the values of fields of the events that satisfy a request.
struct ColumnScan {
    /// For so many rows or fewer, values are unpacked one by one.
    static let fewRows = 256

    let search: ColdSearch
    private let request: SearchRequest
    private let fields: [FieldSelector]
    private let catalog: FieldCatalog
    private let program: MatchProgram
    private let scratch = MatchScratch()
    private let unescaper: JSONScanner
    private let prefersOCSF: Bool

    /// - Parameter prefersOCSF: of an event that has an OCSF value of a name, the vendor's values of that name are left out.
    init(_ request: SearchRequest, fields: [FieldSelector], catalog: FieldCatalog, prefersOCSF: Bool = false) {
        self.prefersOCSF = prefersOCSF
        self.request = request
        self.fields = fields
        self.catalog = catalog
        search = ColdSearch(request, catalog: catalog)
        program = MatchProgram(request.expression, catalog: catalog)
        unescaper = JSONScanner(catalog: catalog, limits: JSONLimits(maximumBytes: Field.maximumLength))
    }

    // MARK: - Events

    /// The matching events among these.
    func block(of parts: [ColdPart]) -> ColumnBlock {
        var sequences: [Int64] = []
        var times: [Timestamp] = []
        let columns = fields.map { _ in FieldColumn() }
        var known = fields.map { _ in [[UInt8]: Int32]() }
        for part in parts {
            var matched: [UInt32] = []
            program.match(part.batch, scratch: scratch, into: &matched)
            for row in matched {
                let event = part.batch[Int(row)]
                guard event.time.microseconds >= search.since, event.time.microseconds < search.until else { continue }
                sequences.append(part.sequences[Int(row)])
                times.append(event.time)
                for index in fields.indices {
                    columns[index].codes.append(-1)
                    add(event, fields[index], to: columns[index], sequences.count - 1, &known[index])
                }
            }
        }
        return ColumnBlock(sequences: sequences, times: times, fields: columns)
    }

    private func add(
        _ event: Event, _ selector: FieldSelector, to column: FieldColumn, _ index: Int, _ known: inout [[UInt8]: Int32]
    ) {
        let path: FieldID
        var ranges = [event.ocsfFields, event.vendorFields]
        switch selector {
        case .named(let name): path = catalog.intern(name)
        case .vendor(let name):
            path = catalog.intern(name)
            ranges.removeFirst()
        case .anyValue: return
        }
        for range in ranges {
            for field in range where field.id == path && field.kind.rawValue < FieldKind.null.rawValue {
                let bytes = event.batch.bytes(of: field)
                let key = [UInt8(field.kind.rawValue)] + bytes
                let code = known[key] ?? column.append(bytes, field.kind)
                known[key] = code
                column.add(code, to: index)
            }
            if prefersOCSF && column.codes[index] >= 0 { return }
        }
    }

    // MARK: - Columns

    /// The matching events of a cold block that have these numbers.
    func block(
        of block: OpenColdBlock, _ decoder: ColdBlockDecoder, within numbers: ClosedRange<Int64>
    ) throws(BlockError) -> ColumnBlock {
        let rows = try block.rows()
        let verdict = try search.verdict(block, decoder)
        var selected = verdict.possible.rows
        if verdict.possible != verdict.sure { selected = try verified(selected, verdict.sure, block, decoder) }
        if numbers != .min ... .max { selected.removeAll { !numbers.contains(rows.sequences[Int($0)]) } }
        var columns: [FieldColumn] = []
        if !selected.isEmpty {
            for selector in fields { columns.append(try column(selector, selected, block, rows, decoder)) }
        }
        return ColumnBlock(
            sequences: selected.map { rows.sequences[Int($0)] },
            times: selected.map { Timestamp(microseconds: rows.times[Int($0)]) }, fields: columns)
    }

    /// Those rows that satisfy the expression, where columns do not tell.
    private func verified(
        _ selected: [UInt32], _ sure: RowBits, _ block: OpenColdBlock, _ decoder: ColdBlockDecoder
    ) throws(BlockError) -> [UInt32] {
        let open = selected.filter { !sure.contains(Int($0)) }
        var bits = sure
        var index = 0
        for part in try decoder.decode(block, selected: open) {
            var matched: [UInt32] = []
            program.match(part.batch, scratch: scratch, into: &matched)
            for row in matched { bits.insert(Int(open[index + Int(row)])) }
            index += part.batch.rows.count
        }
        return bits.rows
    }

    private func column(
        _ selector: FieldSelector, _ selected: [UInt32], _ block: OpenColdBlock, _ rows: ColdRows, _ decoder: ColdBlockDecoder
    ) throws(BlockError) -> FieldColumn {
        let column = FieldColumn()
        column.codes = [Int32](repeating: -1, count: selected.count)
        if case .anyValue = selector { return column }
        let map = try ColdFieldMap(selector, block, catalog: catalog, prefersOCSF: prefersOCSF)
        if map.isUnclear.contains(true) { return try wholeRows(selector, selected, map, block, rows, decoder) }
        if map.places.allSatisfy({ $0.count < 2 && $0.first?.part == nil }) {
            try fillSingle(column, selected, map, block, rows)
            return column
        }
        try fill(column, selected, map, block, rows)
        return column
    }

    /// A column of a block of which some kinds of row have values that are no column's: all of them are put together.
    private func wholeRows(
        _ selector: FieldSelector, _ selected: [UInt32], _ map: ColdFieldMap, _ block: OpenColdBlock, _ rows: ColdRows,
        _ decoder: ColdBlockDecoder
    ) throws(BlockError) -> FieldColumn {
        let column = FieldColumn()
        column.codes = [Int32](repeating: -1, count: selected.count)
        var known: [[UInt8]: Int32] = [:]
        var index = 0
        for part in try decoder.decode(block, selected: selected) {
            for row in part.batch.rows.indices {
                add(part.batch[row], selector, to: column, index, &known)
                index += 1
            }
        }
        return column
    }

    /// The common case: a row has one value of the field at most. Column by column.
    private func fillSingle(
        _ column: FieldColumn, _ selected: [UInt32], _ map: ColdFieldMap, _ block: OpenColdBlock, _ rows: ColdRows
    ) throws(BlockError) {
        var found = [Int32](repeating: -1, count: rows.kinds.count)
        var isWanted = [Bool](repeating: false, count: rows.kinds.count)
        for row in selected { isWanted[Int(row)] = true }
        for number in map.columns {
            let opened = try block.column(number)
            let info = block.directory.columns[number]
            let has = try block.kinds(of: number)
            // Of each kind of row: 0 not this column, 1 its own value, 2 that of the row whose record it shares.
            let uses: [UInt8] = map.places.map { places in
                guard let place = places.first, place.column == number else { return 0 }
                return place.isShared ? 2 : 1
            }
            if selected.count > Self.fewRows { opened.values.expand() }
            var codes = [Int32](repeating: -1, count: opened.values.count)
            let kind = map.sources[number]?.first?.kind
            var rank = 0
            var isShort = false
            let own = opened.codes ?? []
            let isDirect = opened.codes == nil
            rows.kinds.withUnsafeBufferPointer { kinds in
                for row in 0..<kinds.count {
                    let rowKind = Int(kinds[row])
                    let use = uses[rowKind]
                    if use != 0 {
                        let place = use == 2 ? rank - 1 : rank
                        guard place >= 0, place < info.count else {
                            isShort = true
                            return
                        }
                        let value = isDirect ? place : Int(own[place])
                        if codes[value] == -1, isWanted[row] {
                            codes[value] = append(opened.values[value], isToken: info.key.role == .scalar, kind, to: column)
                        }
                        found[row] = codes[value]
                    }
                    if has[rowKind] { rank += 1 }
                }
            }
            if isShort { throw .damaged("a column has too few values") }
        }
        for (index, row) in selected.enumerated() { column.codes[index] = max(found[Int(row)], -1) }
    }

    private func fill(
        _ column: FieldColumn, _ selected: [UInt32], _ map: ColdFieldMap, _ block: OpenColdBlock, _ rows: ColdRows
    ) throws(BlockError) {
        let opened = try map.columns.map { column throws(BlockError) in try block.column(column) }
        let has = try map.columns.map { column throws(BlockError) in try block.kinds(of: column) }
        let limits = map.columns.map { block.directory.columns[$0].count }
        let numbers = Dictionary(uniqueKeysWithValues: map.columns.enumerated().map { ($1, $0) })
        let places = map.places.map { $0.map { (number: numbers[$0.column] ?? 0, place: $0) } }
        // Of each column's values, what they are in the result: -1 not met yet, -2 null.
        var codes = opened.map { [Int32](repeating: -1, count: $0.values.count) }
        // The columns that each kind of row has.
        let present = rows.kindList.indices.map { kind in map.columns.indices.filter { has[$0][kind] } }
        var ranks = [Int](repeating: 0, count: map.columns.count)
        var next = 0
        for (row, kind) in rows.kinds.enumerated() where next < selected.count {
            let kind = Int(kind)
            if Int(selected[next]) == row {
                for place in places[kind] {
                    let rank = ranks[place.number] - (place.place.isShared ? 1 : 0)
                    guard rank >= 0, rank < limits[place.number] else { throw .damaged("a column has too few values") }
                    let value = opened[place.number].code(rank)
                    if let part = place.place.part {
                        // A part of a value: few fields are, so each is a value of its own.
                        let whole = opened[place.number].values[value]
                        guard part.upperBound <= whole.count else { throw .damaged("a value is outside its record") }
                        column.add(
                            column.append(UnsafeRawBufferPointer(rebasing: whole[part]), place.place.kind ?? .string), to: next)
                        continue
                    }
                    var code = codes[place.number][value]
                    if code == -1 {
                        let isToken = block.directory.columns[map.columns[place.number]].key.role == .scalar
                        code = append(opened[place.number].values[value], isToken: isToken, place.place.kind, to: column)
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
    private func append(_ value: UnsafeRawBufferPointer, isToken: Bool, _ kind: FieldKind?, to column: FieldColumn) -> Int32 {
        guard isToken, let first = value.first, first != UInt8(ascii: "\"") || value.count >= 2 else {
            return kind == .null ? -2 : column.append(value, kind ?? .string)
        }
        switch first {
        case UInt8(ascii: "\""):
            guard value.contains(UInt8(ascii: "\\")) else {
                return column.append(UnsafeRawBufferPointer(rebasing: value[1..<value.count - 1]), .string)
            }
            return JSONToken.unescaped(value, unescaper).withUnsafeBytes { column.append($0, .string) }
        case UInt8(ascii: "t"): return column.append(value, .true)
        case UInt8(ascii: "f"): return column.append(value, .false)
        case UInt8(ascii: "n"): return -2
        default:
            let isWhole = value.allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: "-") }
            return column.append(value, isWhole ? .integer : .float)
        }
    }
}
