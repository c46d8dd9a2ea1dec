import EventModel

#if canImport(Glibc)
    import Glibc
#endif

// Hot path. Unsafe: every offset and length that comes from the block is checked before bytes are touched.

/// Consecutive rows of a cold block that have one source and time of receipt, with their numbers.
struct ColdPart {
    let batch: EventBatch
    /// One a row of the batch.
    let sequences: [Int64]
}

/// Puts events together again out of columns: batches equal to those that were written. Belongs to one reader.
final class ColdBlockDecoder {
    /// A batch has up to so many rows.
    private static let maximumPartRows = 1_024

    private let catalog: FieldCatalog
    private var sources: StoredSources
    private let scanner: JSONScanner

    init(catalog: FieldCatalog, sources: [Source]) {
        self.catalog = catalog
        self.sources = StoredSources(sources)
        scanner = JSONScanner(catalog: catalog, limits: .stored)
    }

    /// The events of the block, in sequence order.
    /// - Parameter selected: only these rows, ascending; nil for all.
    func decode(_ block: OpenColdBlock, selected: [UInt32]? = nil) throws(BlockError) -> [ColdPart] {
        let rows = try block.rows()
        var cursor = ColdCursor(rows, columnCount: block.directory.columns.count)
        cursor.takesAll = (selected?.count ?? rows.kinds.count) > ColumnScan.fewRows
        var parts: [ColdPart] = []
        let wanted = selected?.map(Int.init) ?? Array(rows.kinds.indices)
        var next = 0
        while next < wanted.count {
            // Rows of one source and receipt; those that share a record stay together.
            let first = wanted[next]
            var end = next + 1
            while end < wanted.count, rows.sources[wanted[end]] == rows.sources[first],
                rows.received[wanted[end]] == rows.received[first],
                end - next < Self.maximumPartRows || rows.leaders[wanted[end]] == rows.leaders[wanted[end - 1]]
            { end += 1 }
            parts.append(try decodePart(block, rows, &cursor, wanted[next..<end]))
            next = end
        }
        return parts
    }

    /// The events of the block whose numbers `isWanted` takes, in sequence order.
    func decode(_ block: OpenColdBlock, numbered isWanted: (Int64) -> Bool) throws(BlockError) -> [ColdPart] {
        let sequences = try block.sequences()
        let selected = sequences.indices.filter { isWanted(sequences[$0]) }.map(UInt32.init)
        return selected.isEmpty ? [] : try decode(block, selected: selected)
    }

    private func decodePart(
        _ block: OpenColdBlock, _ rows: ColdRows, _ cursor: inout ColdCursor, _ wanted: ArraySlice<Int>
    ) throws(BlockError) -> ColdPart {
        let first = wanted[wanted.startIndex]
        let received = Timestamp(microseconds: rows.received[first])
        let raw = Arena(capacity: wanted.count << 11)
        var leaders = Set<Int>()
        for row in wanted { leaders.insert(Int(rows.leaders[row])) }
        let builder = EventBuilder(
            RecordBatch(
                source: sources[block.directory.sources[Int(rows.sources[first])]], receivedAt: received, bytes: raw,
                records: [RecordSpan](repeating: RecordSpan(offset: 0, length: 0), count: leaders.count)))
        cursor.beginPart()
        var record = -1
        var lastLeader = -1
        var body = 0..<0
        var span = RecordSpan(offset: 0, length: 0)
        for row in wanted {
            while cursor.row < row { cursor.step(rows) }
            cursor.settle(rows)
            let kind = rows.layout.kindList[Int(rows.kinds[row])]
            let leader = Int(rows.leaders[row])
            if leader != lastLeader {
                let start = raw.count
                body = try appendRecord(block, rows, &cursor, leader, to: raw)
                span = RecordSpan(offset: UInt32(start), length: UInt32(raw.count - start))
                record += 1
                lastLeader = leader
            }
            var head = EventRow(record: record, raw: span, receivedAt: received)
            if kind.template == 0 {
                body = try Self.body(rows, cursor, span)
            }
            head.bodyOffset = span.offset + UInt32(body.lowerBound)
            head.bodyLength = UInt32(body.count)
            head.time = Timestamp(microseconds: rows.times[row])
            head.part = UInt16(truncatingIfNeeded: rows.parts[row])
            try appendRow(
                block, rows, &cursor, head, shape: rows.layout.shapes[kind.shape], to: builder)
            cursor.step(rows)
        }
        return ColdPart(batch: builder.finish(), sequences: wanted.map { rows.sequences[$0] })
    }

    /// The body of a row that shares its record with the row before.
    private static func body(_ rows: ColdRows, _ cursor: ColdCursor, _ span: RecordSpan) throws(BlockError) -> Range<Int> {
        guard cursor.bodies + 1 < rows.bodies.count else { throw .damaged("a row's body is not told") }
        let (offset, length) = (rows.bodies[cursor.bodies], rows.bodies[cursor.bodies + 1])
        guard offset >= 0, length >= 0, offset <= Int64(span.length), length <= Int64(span.length) - offset else {
            throw .damaged("a row's body is outside its record")
        }
        return Int(offset)..<Int(offset + length)
    }

    // MARK: - Records

    /// Appends the record of row `leader`, which is the cursor's or one before it; returns where its body is.
    private func appendRecord(
        _ block: OpenColdBlock, _ rows: ColdRows, _ cursor: inout ColdCursor, _ leader: Int, to raw: Arena
    ) throws(BlockError) -> Range<Int> {
        let template = rows.layout.templates[rows.layout.kindList[Int(rows.kinds[leader])].template - 1]
        let start = raw.count
        var text = template.textOffset
        var bodyStart = 0
        var tailStart = 0
        for place in 0...template.count {
            let gap = Int(rows.layout.gaps[template.firstColumn + place])
            if place == template.headCount { bodyStart = raw.count - start + template.headRest }
            try take(gap, &cursor)
            raw.append(rows.layout.text.slice(text, gap))
            text += gap
            guard place < template.count else { break }
            let column = Int(rows.layout.columns[template.firstColumn + place])
            // The cursor has stepped over a leader that is not its own row.
            let rank = Int(cursor.ranks[column]) - (leader < cursor.row ? 1 : 0)
            let value = try value(block, &cursor, column, rank)
            tailStart = raw.count - start
            try take(value.count, &cursor)
            cursor.places[column] = ColdCursor.Place(
                offset: UInt32(truncatingIfNeeded: tailStart), length: UInt32(truncatingIfNeeded: value.count),
                row: UInt32(truncatingIfNeeded: leader + 1))
            raw.append(value)
        }
        let end = template.hasTail ? tailStart : raw.count - start
        guard end >= bodyStart else { throw .damaged("a body ends before it begins") }
        return bodyStart..<end
    }

    /// The rows of a block may have one long value each: what they are together is known only now.
    @inline(__always)
    private func take(_ count: Int, _ cursor: inout ColdCursor) throws(BlockError) {
        cursor.recordBytes += count
        guard cursor.recordBytes <= 2 * StoreLimits.coldBlockBytes else {
            throw .damaged("its records are longer than any block's")
        }
    }

    @inline(__always)
    private func value(
        _ block: OpenColdBlock, _ cursor: inout ColdCursor, _ column: Int, _ rank: Int
    ) throws(BlockError) -> UnsafeRawBufferPointer {
        let known: ColdColumn
        if let column = cursor.columns[column] {
            known = column
        } else {
            known = try block.column(column)
            if cursor.takesAll { known.values.expand() }
            cursor.columns[column] = known
        }
        guard rank >= 0, rank < block.directory.columns[column].count else { throw .damaged("a column has too few values") }
        return known[rank]
    }

    // MARK: - Fields

    private func appendRow(
        _ block: OpenColdBlock, _ rows: ColdRows, _ cursor: inout ColdCursor, _ head: EventRow, shape: ColdShape,
        to builder: EventBuilder
    ) throws(BlockError) {
        var row = head
        row.classUID = shape.classUID
        row.product = shape.product
        row.state = EventState(rawValue: shape.state) ?? .normal
        builder.reserveFields(shape.count)
        row.ocsfStart = UInt32(builder.fieldCount)
        var place = cursor.explicit
        for index in 0..<shape.count {
            if index == shape.ocsfCount { row.ocsfEnd = UInt32(builder.fieldCount) }
            builder.append(try field(block, rows, &cursor, row, rows.layout.entries[shape.start + index], &place, builder))
        }
        if shape.vendorCount == 0 { row.ocsfEnd = UInt32(builder.fieldCount) }
        row.vendorStart = row.ocsfEnd
        if shape.rescans {
            // What was stored had been scanned. If it cannot be now, the event still has its OCSF fields and its text.
            try? scanner.scan(Int(row.bodyOffset), Int(row.bodyLength), into: builder)
        }
        row.vendorEnd = UInt32(builder.fieldCount)
        builder.append(row)
    }

    @inline(__always)
    private func field(
        _ block: OpenColdBlock, _ rows: ColdRows, _ cursor: inout ColdCursor, _ row: EventRow, _ entry: ColdShapeEntry,
        _ place: inout Int, _ builder: EventBuilder
    ) throws(BlockError) -> Field {
        var field = Field(id: entry.entry.id, offset: 0, length: 0, kind: .string)
        let flags = UInt32(entry.entry.flags) &<< 24
        if entry.column == ColdShapeEntry.explicit {
            guard place + 1 < rows.places.count else { throw .damaged("a value's place is not told") }
            let (offset, length) = (rows.places[place], rows.places[place + 1])
            place += 2
            guard offset >= 0, length >= 0, length <= Int64(Field.maximumLength), offset <= Int64(row.rawLength),
                length <= Int64(row.rawLength) - offset
            else { throw .damaged("a value is outside its record") }
            field.offset = row.rawOffset + UInt32(offset)
            field.word = flags | UInt32(length)
            return field
        }
        let column = Int(entry.column)
        if entry.entry.isDerived {
            let value = try value(block, &cursor, column, Int(cursor.ranks[column]))
            guard value.count <= Field.maximumLength else { throw .damaged("a value is too long") }
            let code = cursor.columns[column]?.code(Int(cursor.ranks[column])) ?? 0
            if cursor.copies[column].part != cursor.part || cursor.copies[column].code != code {
                cursor.copiedBytes += value.count
                guard cursor.copiedBytes <= StoreLimits.coldBlockMemory else {
                    throw .damaged("its computed values are longer than any block's")
                }
                cursor.copies[column] = (code, cursor.part, builder.derived.append(value))
            }
            field.offset = UInt32(truncatingIfNeeded: cursor.copies[column].offset)
            field.word = flags | UInt32(value.count)
            return field
        }
        let known = cursor.places[column]
        guard Int(known.row) == Int(rows.leaders[cursor.row]) + 1 else {
            throw .damaged("a field of a value that its record lacks")
        }
        switch entry.relation {
        case .before(let distance):
            guard distance <= known.offset, entry.length <= distance else { throw .damaged("a value is outside its record") }
            field.offset = row.rawOffset + known.offset - distance
            field.word = flags | entry.length
            return field
        case .within(let start):
            guard start <= known.length, entry.length <= known.length - start else {
                throw .damaged("a value is outside its record")
            }
            field.offset = row.rawOffset + known.offset + start
            field.word = flags | entry.length
            return field
        case .whole: break
        }
        var (offset, length) = (known.offset, known.length)
        if block.directory.columns[column].key.role == .scalar, length >= 2,
            builder.raw.base.load(fromByteOffset: Int(row.rawOffset + offset), as: UInt8.self) == UInt8(ascii: "\"")
        {
            offset += 1
            length -= 2
        }
        guard length <= UInt32(Field.maximumLength) else { throw .damaged("a value is too long") }
        field.offset = row.rawOffset + offset
        field.word = flags | length
        return field
    }
}
