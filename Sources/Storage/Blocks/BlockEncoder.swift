import EventModel

// Hot path. Unsafe: offsets of a batch's rows and fields are within its bytes (`EventBuilder`'s contract); streams are reserved
// for the worst case before they are written through a pointer.

/// What is known of a block without opening it: for the columns of its row in the database.
struct BlockSummary: Equatable {
    var rowCount = 0
    var rawBytes = 0
    var minTime = Int64.max
    var maxTime = Int64.min
    var minReceived = Int64.max
    var maxReceived = Int64.min
    var products: [UInt16] = []
    var classes: [UInt32] = []
}

/// Packs events into a hot block (docs/store-format.md). Batches go in, and `finish` gives the block; the memory is used again.
final class BlockEncoder {
    private let catalog: FieldCatalog
    private let products: ProductCatalog
    private let segmentBytes: Int
    private let compressor: Compressor

    private let output = Arena(capacity: 1 << 20)
    private let keys = Arena(capacity: 64 << 10)
    private let directory = Arena(capacity: 16 << 10)
    private let segments = Arena(capacity: 4 << 10)
    private var segmentCount = 0
    private var sources: [String] = []
    private var shapes = ShapeTable()
    private var summary = BlockSummary()

    // The open segment.
    private let parts = Arena(capacity: 1 << 10)
    private let rows = Arena(capacity: 32 << 10)
    private let fields = Arena(capacity: 128 << 10)
    private let derived = Arena(capacity: 64 << 10)
    private let records = Arena(capacity: 512 << 10)
    private let choices = Arena(capacity: 64 << 10)
    private let meta = Arena(capacity: 256 << 10)
    private var templates = RecordTemplates()
    private var last = PlainBuffer<LastValue>(capacity: 1_024)
    private var current = PlainBuffer<ShapeEntry>(capacity: 256)
    private var partCount = 0
    private var segmentRows = 0
    private var segmentRawBytes = 0
    private var segmentMinTime = Int64.max
    private var segmentMaxTime = Int64.min
    private var lastReceived: Int64 = 0

    init(catalog: FieldCatalog, products: ProductCatalog, limits: StoreLimits) {
        self.catalog = catalog
        self.products = products
        segmentBytes = limits.segmentBytes
        compressor = Compressor(acceleration: limits.compressionAcceleration)
        reset()
    }

    /// Raw bytes taken since the last `reset`.
    var rawBytes: Int { summary.rawBytes }
    var rowCount: Int { summary.rowCount }

    /// Forgets what was appended.
    func reset() {
        output.setCount(0)
        output.reserve(BlockHeader.byteCount)
        output.setCount(BlockHeader.byteCount)
        keys.setCount(0)
        segments.setCount(0)
        segmentCount = 0
        sources.removeAll(keepingCapacity: true)
        shapes.removeAll()
        last.removeAll()
        summary = BlockSummary()
        beginSegment()
    }

    /// Appends the rows whose sequence number is not 0.
    func append(_ batch: EventBatch, sequences: UnsafeBufferPointer<Int64>) {
        batch.rows.withUnsafeBufferPointer { rows in
            precondition(rows.count == sequences.count, "one sequence number a row")
            var index = 0
            while index < rows.count { index = appendPart(batch, rows, sequences, from: index) }
        }
    }

    /// Closes the block. Its bytes and keys are valid until the next call of any method.
    func finish(firstSequence: Int64) -> (block: UnsafeRawBufferPointer, keys: UnsafeRawBufferPointer, summary: BlockSummary) {
        closeSegment()
        writeDirectory()
        let directoryOffset = output.count
        let stored = compressor.append(directory.slice(0, directory.count), to: output)
        let header = BlockHeader(
            rowCount: summary.rowCount, segmentCount: segmentCount, firstSequence: firstSequence,
            directoryOffset: directoryOffset, directoryLength: directory.count, directoryStoredLength: stored)
        header.write(to: UnsafeMutableRawBufferPointer(start: output.base, count: output.count))
        for index in 0..<shapes.count {
            let shape = shapes.shapes[index]
            if !summary.products.contains(shape.product) { summary.products.append(shape.product) }
            if !summary.classes.contains(shape.classUID) { summary.classes.append(shape.classUID) }
        }
        return (output.slice(0, output.count), keys.slice(0, keys.count), summary)
    }

    // MARK: - Rows

    /// Appends rows from `from` on until the segment is full; returns the first one that it left.
    private func appendPart(
        _ batch: EventBatch, _ batchRows: UnsafeBufferPointer<EventRow>, _ sequences: UnsafeBufferPointer<Int64>, from: Int
    ) -> Int {
        var index = from
        var previous: Int?
        var partRows = 0
        var partRecords = 0
        var lastTime = batch.receivedAt.microseconds
        var minTime = segmentMinTime
        var maxTime = segmentMaxTime
        while index < batchRows.count && segmentRawBytes < segmentBytes {
            defer { index += 1 }
            if sequences[index] == 0 { continue }
            let row = batchRows[index]
            let sharesRecord = previous.map { batchRows[$0].record == row.record } ?? false
            let isOneOfSeveral =
                (index > 0 && batchRows[index - 1].record == row.record)
                || (index + 1 < batchRows.count && batchRows[index + 1].record == row.record)
            var flags = RowFlags(state: row.state)
            if sharesRecord { flags.insert(.sharesRecord) }
            let rescans = !isOneOfSeveral && row.vendorEnd > row.vendorStart && Self.isJSON(batch.raw, row)
            if rescans { flags.insert(.rescansVendorFields) }
            if !sharesRecord {
                if appendRecord(batch, row, hasTape: rescans) { flags.insert(.isTemplated) }
                partRecords += 1
            }
            let shape = appendFields(batch, row, withVendor: !rescans)
            appendRow(row, flags, shape: shape, lastTime: lastTime)
            lastTime = row.time.microseconds
            minTime = min(minTime, lastTime)
            maxTime = max(maxTime, lastTime)
            previous = index
            partRows += 1
        }
        segmentMinTime = minTime
        segmentMaxTime = maxTime
        if partRows > 0 { appendPartEntry(batch, rows: partRows, records: partRecords) }
        if segmentRawBytes >= segmentBytes { closeSegment() }
        return index
    }

    private func appendRow(_ row: EventRow, _ common: RowFlags, shape: Int, lastTime: Int64) {
        var flags = common
        let head = Int(row.bodyOffset) - Int(row.rawOffset)
        let tail = Int(row.rawLength) - head - Int(row.bodyLength)
        // A templated record tells its length and its body's range by its columns.
        if !flags.contains(.isTemplated), head != 0 || tail != 0 { flags.insert(.hasBodyRange) }
        if row.part != 0 { flags.insert(.hasPart) }
        rows.reserve(8 * Varint.maximumLength)
        var p = (rows.base + rows.count).assumingMemoryBound(to: UInt8.self)
        let start = p
        p.pointee = flags.rawValue
        p += 1
        if flags.isDisjoint(with: [.sharesRecord, .isTemplated]) { Varint.write(Int(row.rawLength), &p) }
        if flags.contains(.hasBodyRange) {
            Varint.write(head, &p)
            Varint.write(Int(row.bodyLength), &p)
        }
        Varint.write(Varint.zigzag(row.time.microseconds &- lastTime), &p)
        Varint.write(shape, &p)
        if row.part != 0 { Varint.write(Int(row.part), &p) }
        rows.setCount(rows.count + (p - start))

        keys.reserve(16)
        (keys.base + keys.count).storeBytes(of: row.key.high.littleEndian, as: UInt64.self)
        (keys.base + keys.count + 8).storeBytes(of: row.key.low.littleEndian, as: UInt64.self)
        keys.setCount(keys.count + 16)
        segmentRows += 1
        summary.rowCount += 1
    }

    /// Takes a record in, by a template if it fits one; true if so.
    private func appendRecord(_ batch: EventBatch, _ row: EventRow, hasTape: Bool) -> Bool {
        segmentRawBytes += Int(row.rawLength)
        summary.rawBytes += Int(row.rawLength)
        guard hasTape, let fields = batch.fields.baseAddress else {
            records.append(batch.raw.slice(Int(row.rawOffset), Int(row.rawLength)))
            return false
        }
        return templates.append(
            row, fields + Int(row.vendorStart), Int(row.vendorEnd - row.vendorStart), raw: batch.raw.base, to: records,
            choices: choices)
    }

    /// Whether the body can be scanned again; the fields of a text were read by its product's mapping.
    @inline(__always)
    private static func isJSON(_ raw: Arena, _ row: EventRow) -> Bool {
        let body = raw.slice(Int(row.bodyOffset), Int(row.bodyLength))
        return RecordBody.isJSON(body, from: RecordBody.start(body))
    }

    // MARK: - Fields

    /// Writes where the row's fields stand, as differences to the last row of the same shape; returns the shape.
    private func appendFields(_ batch: EventBatch, _ row: EventRow, withVendor: Bool) -> Int {
        let ocsfCount = Int(row.ocsfEnd - row.ocsfStart)
        let vendorCount = withVendor ? Int(row.vendorEnd - row.vendorStart) : 0
        let count = ocsfCount + vendorCount
        current.removeAll()
        current.reserve(max(count, 1))
        let entries = current.base
        if let all = batch.fields.baseAddress {
            Self.collect(all + Int(row.ocsfStart), ocsfCount, row, into: entries)
            Self.collect(all + Int(row.vendorStart), vendorCount, row, into: entries + ocsfCount)
        }
        let shapeIndex = shapes.find(
            UnsafePointer(entries), ocsfCount: ocsfCount, vendorCount: vendorCount, product: row.product, classUID: row.classUID)
        if last.count < shapes.entries.count { last.append(repeating: LastValue(), count: shapes.entries.count - last.count) }
        guard count > 0, let all = batch.fields.baseAddress else { return shapeIndex }

        fields.reserve(count * 2 * Varint.maximumLength)
        var writer = FieldWriter(
            batch: batch, row: row, output: fields, derived: derived, entries: entries,
            last: last.base + shapes.shapes[shapeIndex].start)
        writer.write(all + Int(row.ocsfStart), ocsfCount)
        writer.write(all + Int(row.vendorStart), vendorCount)
        writer.finish()
        return shapeIndex
    }

    @inline(__always)
    private static func collect(
        _ fields: UnsafePointer<Field>, _ count: Int, _ row: EventRow, into entries: UnsafeMutablePointer<ShapeEntry>
    ) {
        for index in 0..<count {
            let field = fields[index]
            var flags = UInt8(truncatingIfNeeded: field.word &>> 24)
            // A text outside the row's own record (no field should have one) is kept like a computed one.
            if field.offset &- row.rawOffset > row.rawLength && !field.isDerived { flags |= 0x80 }
            entries[index] = ShapeEntry(id: field.id, flags: flags)
        }
    }

    // MARK: - Segments

    private func beginSegment() {
        for stream in [parts, rows, fields, choices, derived, records] { stream.setCount(0) }
        templates.removeAll()
        last.removeAll()
        partCount = 0
        segmentRows = 0
        segmentRawBytes = 0
        segmentMinTime = .max
        segmentMaxTime = .min
        lastReceived = 0
    }

    private func appendPartEntry(_ batch: EventBatch, rows: Int, records: Int) {
        let received = batch.receivedAt.microseconds
        parts.reserve(4 * Varint.maximumLength)
        var p = (parts.base + parts.count).assumingMemoryBound(to: UInt8.self)
        let start = p
        Varint.write(sourceIndex(batch.source.name), &p)
        Varint.write(Varint.zigzag(received &- lastReceived), &p)
        Varint.write(rows, &p)
        Varint.write(records, &p)
        parts.setCount(parts.count + (p - start))
        lastReceived = received
        partCount += 1
        summary.minReceived = min(summary.minReceived, received)
        summary.maxReceived = max(summary.maxReceived, received)
    }

    private func sourceIndex(_ name: String) -> Int {
        if let index = sources.lastIndex(of: name) { return index }
        sources.append(name)
        return sources.count - 1
    }

    private func closeSegment() {
        guard segmentRows > 0 else { return }
        meta.setCount(0)
        append(varint: UInt64(segmentRawBytes), to: meta)
        for stream in [parts, rows, fields, choices] { append(varint: UInt64(stream.count), to: meta) }
        for stream in [parts, rows, fields, choices, derived] { meta.append(stream.slice(0, stream.count)) }
        let metaStored = compressor.append(meta.slice(0, meta.count), to: output)
        let recordsStored = compressor.append(records.slice(0, records.count), to: output)
        for number in [segmentRows, partCount, meta.count, metaStored, records.count, recordsStored] {
            append(varint: UInt64(number), to: segments)
        }
        append(varint: Varint.zigzag(segmentMinTime), to: segments)
        append(varint: UInt64(bitPattern: segmentMaxTime &- segmentMinTime), to: segments)
        segmentCount += 1
        summary.minTime = min(summary.minTime, segmentMinTime)
        summary.maxTime = max(summary.maxTime, segmentMaxTime)
        beginSegment()
    }

    // MARK: - Directory

    private func writeDirectory() {
        directory.setCount(0)
        append(names: sources)
        append(names: products.products.map(\.name))
        var paths: [String] = []
        var pathIndexes: [FieldID: Int] = [:]
        for index in 0..<shapes.entries.count {
            let id = shapes.entries[index].id
            if pathIndexes[id] == nil {
                pathIndexes[id] = paths.count
                paths.append(catalog.path(of: id))
            }
        }
        append(names: paths)
        append(varint: UInt64(shapes.count), to: directory)
        for index in 0..<shapes.count {
            let shape = shapes.shapes[index]
            for number in [Int(shape.product), Int(shape.classUID), shape.ocsfCount, shape.vendorCount] {
                append(varint: UInt64(number), to: directory)
            }
            for entry in shape.start..<shape.start + shape.count {
                append(varint: UInt64(pathIndexes[shapes.entries[entry].id] ?? 0), to: directory)
                directory.append(byte: shapes.entries[entry].flags)
            }
        }
        directory.append(segments.slice(0, segments.count))
    }

    private func append(names: [String]) {
        append(varint: UInt64(names.count), to: directory)
        for name in names {
            append(varint: UInt64(name.utf8.count), to: directory)
            directory.append(name)
        }
    }

    private func append(varint number: UInt64, to arena: Arena) {
        arena.reserve(Varint.maximumLength)
        var p = (arena.base + arena.count).assumingMemoryBound(to: UInt8.self)
        let start = p
        Varint.write(number, &p)
        arena.setCount(arena.count + (p - start))
    }
}
