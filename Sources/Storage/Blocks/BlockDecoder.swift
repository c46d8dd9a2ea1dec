import EventModel

// Hot path. Unsafe: every offset and length that comes from the block is checked before bytes are touched.

/// Unpacks hot blocks into batches equal to those that were encoded. Belongs to one reader.
final class BlockDecoder {
    /// The value that a field of a shape had last, where it stands in the segment, and its copy in a part's derived bytes.
    private struct Last: BitwiseCopyable {
        var offset: Int = 0
        var length: Int = 0
        var part: Int = -1
        var copy: Int = 0
    }

    private let catalog: FieldCatalog
    private let products: ProductCatalog
    private var sources: StoredSources
    private let scanner: JSONScanner
    private let meta = Arena(capacity: 256 << 10)
    private let records = Arena(capacity: 256 << 10)
    private let directory = Arena(capacity: 16 << 10)
    private var last = PlainBuffer<Last>(capacity: 1_024)
    private var templates = TemplateReader()

    /// - Parameter sources: the configured ones, whose number and lateness decoded batches shall have; others are made by name.
    init(catalog: FieldCatalog, products: ProductCatalog, sources: [Source]) {
        self.catalog = catalog
        self.products = products
        self.sources = StoredSources(sources)
        scanner = JSONScanner(catalog: catalog, limits: .stored)
    }

    /// Copies and checks a block.
    /// - Parameters:
    ///   - keys: the event keys as stored beside it, or nil to leave them out (all are `EventKey.none` then).
    ///   - count: the number of rows that the database says it has.
    func open(
        _ block: UnsafeRawBufferPointer, keys: UnsafeRawBufferPointer?, keysChecksum: Int64, firstSequence: Int64, count: Int
    ) throws(BlockError) -> OpenBlock {
        let header = try BlockHeader(block)
        guard header.firstSequence == firstSequence, header.rowCount == count else { throw .damaged("it is another block") }
        directory.setCount(0)
        let stored = UnsafeRawBufferPointer(rebasing: block[header.directoryOffset...])
        try Compressor.unpack(stored, length: header.directoryLength, to: directory)
        let directory = try BlockDirectory(self.directory.slice(0, self.directory.count), header: header, catalog: catalog)
        let keyBytes = Arena(capacity: keys?.count ?? 0)
        if let keys {
            guard keys.count == count * 16, Int64(bitPattern: XXHash64.hash(keys)) == keysChecksum else {
                throw .damaged("the checksum of its keys differs")
            }
            keyBytes.append(keys)
        }
        let copy = Arena(capacity: block.count)
        copy.append(block)
        return OpenBlock(
            bytes: copy, keys: keyBytes, header: header, directory: directory,
            products: directory.products.map { products.index(named: $0) ?? ProductCatalog.unknown })
    }

    /// All events of a block, in sequence order.
    func decode(_ block: OpenBlock) throws(BlockError) -> [DecodedPart] {
        var parts: [DecodedPart] = []
        for segment in block.directory.segments { parts += try decode(block, segment: segment) }
        return parts
    }

    /// The events of one segment, in sequence order.
    func decode(_ block: OpenBlock, segment: BlockDirectory.Segment) throws(BlockError) -> [DecodedPart] {
        meta.setCount(0)
        try Compressor.unpack(
            block.bytes.slice(segment.metaOffset, segment.metaStoredLength), length: segment.metaLength, to: meta)
        var head = ByteReader(meta.slice(0, meta.count))
        let recordBytes = try head.count(StoreLimits.maximumSegmentBytes)
        let partsLength = try head.count(meta.count)
        let rowsLength = try head.count(meta.count)
        let fieldsLength = try head.count(meta.count)
        let choicesLength = try head.count(meta.count)
        var parts = ByteReader(try head.bytes(partsLength))
        let rows = ByteReader(try head.bytes(rowsLength))
        let fields = ByteReader(try head.bytes(fieldsLength))
        let choices = ByteReader(try head.bytes(choicesLength))
        let derived = try head.bytes(head.remaining)

        records.setCount(0)
        try Compressor.unpack(
            block.bytes.slice(segment.recordsOffset, segment.recordsStoredLength), length: segment.recordsLength, to: records)
        templates.removeAll()

        last.removeAll()
        last.append(repeating: Last(), count: max(block.directory.entries.count, 1))
        var cursor = PartCursor(
            rows: rows, fields: fields, choices: choices, derived: derived, records: records.slice(0, records.count),
            bytesLeft: recordBytes, row: segment.firstRow)
        var decoded: [DecodedPart] = []
        decoded.reserveCapacity(segment.partCount)
        var received: Int64 = 0
        var rowsLeft = segment.rowCount
        for part in 0..<segment.partCount {
            let source = try parts.count(Int(Int32.max))
            guard source < block.directory.sources.count else { throw .damaged("a part names a source that is not listed") }
            received = received &+ (try parts.signed())
            let rowCount = try parts.count(rowsLeft)
            let recordCount = try parts.count(rowCount)
            rowsLeft -= rowCount
            let first = block.header.firstSequence + Int64(cursor.row)
            let batch = try decodePart(
                block, &cursor, part: part, source: sources[block.directory.sources[source]],
                receivedAt: Timestamp(microseconds: received), rowCount: rowCount, recordCount: recordCount)
            decoded.append(DecodedPart(batch: batch, firstSequence: first))
        }
        guard rowsLeft == 0 else { throw .damaged("rows without a part") }
        return decoded
    }

    /// How far a segment's streams have been read.
    private struct PartCursor {
        var rows: ByteReader
        var fields: ByteReader
        var choices: ByteReader
        let derived: UnsafeRawBufferPointer
        var derivedOffset = 0
        let records: UnsafeRawBufferPointer
        var recordOffset = 0
        /// Bytes of records still to come, as the segment says.
        var bytesLeft: Int
        var row: Int

        init(
            rows: ByteReader, fields: ByteReader, choices: ByteReader, derived: UnsafeRawBufferPointer,
            records: UnsafeRawBufferPointer, bytesLeft: Int, row: Int
        ) {
            self.rows = rows
            self.fields = fields
            self.choices = choices
            self.derived = derived
            self.records = records
            self.bytesLeft = bytesLeft
            self.row = row
        }
    }

    private struct RowHead {
        var row: EventRow
        var shape: Int
        var rescans: Bool
    }

    private func decodePart(
        _ block: OpenBlock, _ cursor: inout PartCursor, part: Int, source: Source, receivedAt: Timestamp, rowCount: Int,
        recordCount: Int
    ) throws(BlockError) -> EventBatch {
        var spans: [RecordSpan] = []
        spans.reserveCapacity(recordCount)
        var heads: [RowHead] = []
        heads.reserveCapacity(rowCount)
        // What the segment says is only believed as far as it comes true.
        let raw = Arena(capacity: min(cursor.bytesLeft, recordCount << 11))
        var time = receivedAt.microseconds
        for _ in 0..<rowCount {
            heads.append(try readRow(block, &cursor, &spans, raw, receivedAt: receivedAt, time: &time))
        }
        guard spans.count == recordCount else { throw .damaged("records and rows disagree") }
        let builder = EventBuilder(RecordBatch(source: source, receivedAt: receivedAt, bytes: raw, records: spans))
        for head in heads {
            var row = head.row
            let shape = block.directory.shapes[head.shape]
            row.ocsfStart = UInt32(builder.fieldCount)
            try readFields(block, &cursor, builder, row, start: shape.start, count: shape.ocsfCount, part: part)
            row.ocsfEnd = UInt32(builder.fieldCount)
            row.vendorStart = row.ocsfEnd
            try readFields(
                block, &cursor, builder, row, start: shape.start + shape.ocsfCount, count: shape.vendorCount, part: part)
            if head.rescans {
                // What was stored had been scanned once. If it cannot be now, the event still has its OCSF fields and its text.
                try? scanner.scan(Int(row.bodyOffset), Int(row.bodyLength), into: builder)
            }
            row.vendorEnd = UInt32(builder.fieldCount)
            builder.append(row)
        }
        return builder.finish()
    }

    private func readRow(
        _ block: OpenBlock, _ cursor: inout PartCursor, _ spans: inout [RecordSpan], _ raw: Arena, receivedAt: Timestamp,
        time: inout Int64
    ) throws(BlockError) -> RowHead {
        let flags = RowFlags(rawValue: try cursor.rows.byte())
        guard let state = flags.state else { throw .damaged("a row has an unknown state") }
        var body: Range<Int>?
        if flags.contains(.sharesRecord) {
            guard !spans.isEmpty else { throw .damaged("a row shares a record that is not there") }
        } else {
            let start = raw.count
            if flags.contains(.isTemplated) {
                let shape = try templates.read(
                    &cursor.choices, cursor.records, &cursor.recordOffset, limit: cursor.bytesLeft, to: raw)
                body = shape.head..<(shape.length - shape.tail)
            } else {
                let length = try cursor.rows.count(min(cursor.records.count - cursor.recordOffset, cursor.bytesLeft))
                raw.append(
                    UnsafeRawBufferPointer(rebasing: cursor.records[cursor.recordOffset..<cursor.recordOffset + length]))
                cursor.recordOffset += length
            }
            cursor.bytesLeft -= raw.count - start
            spans.append(RecordSpan(offset: UInt32(start), length: UInt32(raw.count - start)))
        }
        let span = spans[spans.count - 1]
        var row = EventRow(record: spans.count - 1, raw: span, receivedAt: receivedAt)
        if flags.contains(.hasBodyRange) {
            let head = try cursor.rows.count(Int(span.length))
            body = head..<(head + (try cursor.rows.count(Int(span.length) - head)))
        }
        if let body {
            row.bodyOffset = span.offset + UInt32(body.lowerBound)
            row.bodyLength = UInt32(body.count)
        }
        time = time &+ (try cursor.rows.signed())
        row.time = Timestamp(microseconds: time)
        let shape = try cursor.rows.count(Int(Int32.max))
        guard shape < block.directory.shapes.count else { throw .damaged("a row has an unknown shape") }
        row.classUID = block.directory.shapes[shape].classUID
        row.product = block.products[Int(block.directory.shapes[shape].product)]
        row.state = state
        if flags.contains(.hasPart) { row.part = UInt16(try cursor.rows.count(Int(UInt16.max))) }
        if block.keys.count > 0 {
            let key = block.keys.slice(cursor.row * 16, 16)
            row.key = EventKey(
                high: UInt64(littleEndian: key.loadUnaligned(as: UInt64.self)),
                low: UInt64(littleEndian: key.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
        cursor.row += 1
        return RowHead(row: row, shape: shape, rescans: flags.contains(.rescansVendorFields))
    }

    private func readFields(
        _ block: OpenBlock, _ cursor: inout PartCursor, _ builder: EventBuilder, _ row: EventRow, start: Int, count: Int,
        part: Int
    ) throws(BlockError) {
        guard count > 0 else { return }
        builder.reserveFields(count)
        let out = builder.fields + builder.fieldCount
        let last = last.base + start
        var fields = cursor.fields
        var drift = 0
        // The directory's entries lie within its shapes, checked when it was read.
        let failure: BlockError? = block.directory.entries.withUnsafeBufferPointer { entries in
            do throws(BlockError) {
                for index in 0..<count {
                    let entry = entries[start + index]
                    let token = try fields.varint()
                    let flags = UInt32(entry.flags) &<< 24
                    if entry.flags & 0x80 != 0 {
                        if token != 0 {
                            let limit = min(Field.maximumLength, cursor.derived.count - cursor.derivedOffset)
                            guard token - 1 <= UInt64(limit) else {
                                throw .damaged("a computed value is out of bounds")
                            }
                            last[index] = Last(offset: cursor.derivedOffset, length: Int(token - 1))
                            cursor.derivedOffset += Int(token - 1)
                        }
                        if last[index].part != part {
                            let value = UnsafeRawBufferPointer(
                                rebasing: cursor.derived[last[index].offset..<last[index].offset + last[index].length])
                            last[index].copy = builder.derived.append(value)
                            last[index].part = part
                        }
                        out[index].offset = UInt32(truncatingIfNeeded: last[index].copy)
                    } else {
                        let moved = Varint.unzigzag(token &>> 1)
                        let grown = token & 1 != 0 ? try fields.signed() : 0
                        let offset = Int64(last[index].offset) &+ moved &+ Int64(drift)
                        let length = Int64(last[index].length) &+ grown
                        guard offset >= 0, length >= 0, length <= Int64(Field.maximumLength),
                            offset <= Int64(row.rawLength) - length
                        else { throw .damaged("a value is outside its record") }
                        drift &+= Int(moved)
                        last[index].offset = Int(offset)
                        last[index].length = Int(length)
                        out[index].offset = row.rawOffset &+ UInt32(truncatingIfNeeded: offset)
                    }
                    out[index].id = entry.id
                    out[index].word = flags | UInt32(truncatingIfNeeded: last[index].length)
                }
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        cursor.fields = fields
        builder.setFieldCount(builder.fieldCount + count)
    }
}
