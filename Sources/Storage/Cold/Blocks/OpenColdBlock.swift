import EventModel

// Unsafe: codes are checked against their values before they are used.

/// A column of an open block.
final class ColdColumn {
    /// A code a row that has a value; nil where the rows have the values in their order.
    let codes: [UInt32]?
    let values: ValueList

    init(codes: [UInt32]?, values: ValueList) {
        self.codes = codes
        self.values = values
    }

    /// The value of the row that is the `index`th to have one.
    @inline(__always)
    subscript(index: Int) -> UnsafeRawBufferPointer { values[code(index)] }

    @inline(__always)
    func code(_ index: Int) -> Int { codes.map { Int($0[index]) } ?? index }
}

/// An open cold block: its directory is checked; segments are read and checked when they are asked for.
final class OpenColdBlock {
    let directory: ColdDirectory
    private let load: (Int) throws(BlockError) -> Arena
    private let zstd: Zstd
    private let lists: ValueListReader
    private var known: [ColdColumn?]
    private var knownLists: (layout: ColdLayout, lists: RowLists)?
    private var knownRows: ColdRows?
    private var knownUse: (templates: ColumnUse, shapes: ColumnUse)?
    private var budget = StoreLimits.coldBlockMemory

    /// - Parameter load: gives a segment's stored bytes.
    init(_ directory: ColdDirectory, zstd: Zstd, load: @escaping (Int) throws(BlockError) -> Arena) {
        self.directory = directory
        self.zstd = zstd
        lists = ValueListReader(zstd)
        self.load = load
        known = [ColdColumn?](repeating: nil, count: directory.columns.count)
    }

    /// A block of a partition.
    convenience init(_ directory: ColdDirectory, _ id: Int64, in partition: Partition, zstd: Zstd) {
        self.init(directory, zstd: zstd) { number throws(BlockError) in
            do {
                guard let segment = try partition.segment(id, number) else { throw BlockError.damaged("a segment is missing") }
                return segment
            } catch let error as BlockError {
                throw error
            } catch {
                throw .damaged("SQLite cannot read a segment")
            }
        }
    }

    private func opened() throws(BlockError) -> (layout: ColdLayout, lists: RowLists) {
        if let known = knownLists { return known }
        var segments: [Arena] = []
        for (number, segment) in directory.segments.enumerated() {
            let stored = try load(number)
            guard stored.count == segment.storedLength, XXHash64.hash(stored.contents) == segment.checksum else {
                throw .damaged("the checksum of its rows differs")
            }
            let unpacked = Arena(capacity: segment.length)
            try zstd.unpack(stored.contents, length: segment.length, to: unpacked)
            segments.append(unpacked)
        }
        let layout = try ColdLayout(segments, directory: directory)
        let lists = try RowLists(segments[RowSegment.rows.rawValue], layout, directory, self.lists.integers)
        knownLists = (layout, lists)
        return (layout, lists)
    }

    var rowCount: Int { directory.header.rowCount }

    /// About how many bytes of memory its rows and columns take, at most.
    var footprint: Int { StoreLimits.coldBlockMemory - budget + 64 * rowCount }

    /// Of what the rows are made.
    func layout() throws(BlockError) -> ColdLayout { try opened().layout }

    /// Each row's kind: an index of the layout's `kindList`.
    func kinds() throws(BlockError) -> [UInt32] { try opened().lists.kinds() }

    /// Each row's event time, in microseconds.
    func times() throws(BlockError) -> [Int64] { try opened().lists.times() }

    /// Each row's sequence number; they ascend.
    func sequences() throws(BlockError) -> [Int64] { try opened().lists.sequences() }

    /// All that is known of the rows.
    func rows() throws(BlockError) -> ColdRows {
        if let knownRows { return knownRows }
        let rows = try opened().lists.rows()
        knownRows = rows
        return rows
    }

    /// Which kinds of row have a value in the column.
    func kinds(of column: Int) throws(BlockError) -> [Bool] {
        let layout = try layout()
        if directory.columns[column].key.role == .derived {
            var has = [Bool](repeating: false, count: layout.shapes.count)
            for shape in use(layout).shapes[column] { has[Int(shape)] = true }
            return layout.kindList.map { has[$0.shape] }
        }
        var has = [Bool](repeating: false, count: layout.templates.count)
        for template in use(layout).templates[column] { has[Int(template)] = true }
        return layout.kindList.map { $0.template > 0 && has[$0.template - 1] }
    }

    private func use(_ layout: ColdLayout) -> (templates: ColumnUse, shapes: ColumnUse) {
        if let knownUse { return knownUse }
        let count = directory.columns.count
        let use = (
            templates: ColumnUse(columnCount: count) { body in
                for (number, template) in layout.templates.enumerated() {
                    let places = template.firstColumn..<template.firstColumn + template.count
                    for place in places { body(number, layout.columns[place]) }
                }
            },
            shapes: ColumnUse(columnCount: count) { body in
                for (number, shape) in layout.shapes.enumerated() {
                    for place in shape.start..<shape.start + shape.count { body(number, layout.entries[place].column) }
                }
            }
        )
        knownUse = use
        return use
    }

    /// The column's codes and values.
    func column(_ index: Int) throws(BlockError) -> ColdColumn {
        if let column = known[index] { return column }
        // Those who look at every column, damaged or not, come by again.
        guard budget >= 0 else { throw .damaged("its columns are larger than any block") }
        let info = directory.columns[index]
        var segment: Arena?
        if info.hasSegment {
            let stored = try load(RowSegment.firstColumn + index)
            guard stored.count == info.length, XXHash64.hash(stored.contents) == info.checksum else {
                throw .damaged("the checksum of a column differs")
            }
            segment = stored
        } else if let inline = info.inline {
            let copy = Arena(capacity: inline.count)
            inline.withUnsafeBytes { _ = copy.append($0) }
            segment = copy
        }
        // The reader points into it.
        defer { withExtendedLifetime(segment) {} }
        var reader = ByteReader(segment?.contents ?? UnsafeRawBufferPointer(start: nil, count: 0))
        let codes = try codes(info, index, &reader)
        let values = try values(info, index, &reader)
        guard reader.remaining == 0, values.count == (codes == nil ? info.count : info.distinct) else {
            throw .damaged("a column has more than it says")
        }
        if let codes {
            let limit = UInt32(truncatingIfNeeded: info.distinct)
            guard codes.count == info.count, !codes.contains(where: { $0 >= limit }) else {
                throw .damaged("a code is out of bounds")
            }
        }
        budget -= values.expandedBytes + info.count * 8
        guard budget >= 0 else { throw .damaged("its columns are larger than any block") }
        let column = ColdColumn(codes: codes, values: values)
        known[index] = column
        return column
    }

    private func codes(_ info: ColumnInfo, _ index: Int, _ reader: inout ByteReader) throws(BlockError) -> [UInt32]? {
        switch info.codeForm {
        case .direct: return nil
        case .own: return try numbers(&reader, count: info.count)
        case .shared:
            guard let codes = try column(info.codeBase).codes else { throw .damaged("a column shares codes that are not there") }
            return codes
        case .mapped:
            let base = directory.columns[info.codeBase]
            let map = try numbers(&reader, count: base.distinct)
            guard let codes = try column(info.codeBase).codes else { throw .damaged("a column follows codes that are not there") }
            return try mapped(info, index, codes, map)
        }
    }

    private func mapped(_ info: ColumnInfo, _ index: Int, _ base: [UInt32], _ map: [UInt32]) throws(BlockError) -> [UInt32] {
        let here = try kinds(of: index)
        let there = try kinds(of: info.codeBase)
        if here == there {
            guard base.count == info.count else { throw .damaged("a column follows one that lacks a row") }
            return base.map { map[Int($0)] }
        }
        // Which of the base's rows are rows of this column.
        let steps = zip(here, there).map { UInt8($0 ? 1 : 0) | UInt8($1 ? 2 : 0) }
        var codes: [UInt32] = []
        codes.reserveCapacity(info.count)
        var place = 0
        var isMissing = false
        for kind in try kinds() where !isMissing {
            let step = steps[Int(kind)]
            guard step & 2 != 0 else {
                isMissing = step == 1
                continue
            }
            guard place < base.count else { throw .damaged("a column follows one that lacks a row") }
            if step == 3 { codes.append(map[Int(base[place])]) }
            place += 1
        }
        if isMissing { throw .damaged("a column follows one that lacks a row") }
        return codes
    }

    private func numbers(_ reader: inout ByteReader, count: Int) throws(BlockError) -> [UInt32] {
        try lists.integers.read(&reader, count: count)
    }

    private func values(_ info: ColumnInfo, _ index: Int, _ reader: inout ByteReader) throws(BlockError) -> ValueList {
        switch info.valueForm {
        case .texts, .positions, .integers, .times, .addresses:
            return try lists.read(&reader, count: info.codeForm == .direct ? info.count : info.distinct)
        case .same: return try column(info.valueBase).values
        case .unquoted:
            let quoted = try column(info.valueBase).values
            let list = ValueList(capacity: min(quoted.expandedBytes, 1 << 20))
            for index in 0..<quoted.count {
                let value = quoted[index]
                guard value.count >= 2 else { throw .damaged("a value lacks its quotes") }
                list.bytes.append(UnsafeRawBufferPointer(rebasing: value[1..<value.count - 1]))
                list.close()
            }
            return list
        case .rowTime: return try rowTimes(info, index)
        }
    }

    private func rowTimes(_ info: ColumnInfo, _ index: Int) throws(BlockError) -> ValueList {
        let isQuoted = info.timeForm & RowTimeText.quoted != 0
        guard let form = TimeForm(byte: info.timeForm & ~RowTimeText.quoted), info.codeForm == .direct else {
            throw .damaged("times of an unknown form")
        }
        let has = try kinds(of: index)
        let times = try times()
        var own: [Int64] = []
        own.reserveCapacity(info.count)
        for (row, kind) in try kinds().enumerated() where has[Int(kind)] { own.append(times[row]) }
        let quote: [UInt8] = isQuoted ? [UInt8(ascii: "\"")] : []
        let list = quote.withUnsafeBytes { quote in
            PackedNumbers(own, head: quote, tail: quote, outline: form.outline) { form.write($0, to: $1) }
        }
        return try ValueList(list)
    }
}
