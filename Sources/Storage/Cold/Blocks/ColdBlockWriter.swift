import EventModel

#if canImport(Glibc)
    import Glibc
#endif

// Hot path. Unsafe: offsets of a batch's rows and fields are within its bytes (`EventBuilder`'s contract).

/// Gathers the events of one cold block: records become skeletons and columns, rows become numbers.
///
/// Rows are appended in the order of their sequence numbers. `ColdBlockSealer` writes the block.
final class ColdBlockWriter {
    let catalog: FieldCatalog
    let products: ProductCatalog
    private let scanner: JSONScanner
    private let seed = UInt64.random(in: .min ... .max)

    private(set) var templates = ColdTemplates()
    private(set) var shapes = ColdShapes()
    private(set) var columns: [ValueColumn] = []
    private var spare: [ValueColumn] = []
    private var columnIndexes: [ColumnKey: Int] = [:]
    private(set) var sources: [String] = []
    private(set) var summary = BlockSummary()

    // One a row.
    private(set) var kinds: [Int64] = []
    private(set) var times: [Int64] = []
    private(set) var sequences: [Int64] = []
    private(set) var sourceIndexes: [Int64] = []
    private(set) var received: [Int64] = []
    private(set) var parts: [Int64] = []
    /// Offset and length of the body of each row that shares its record with the row before.
    private(set) var bodies: [Int64] = []
    /// Offset and length of each field that is no column's value.
    private(set) var places: [Int64] = []
    /// Template plus one (0 where the record is the row before's) and shape of each kind of row.
    private(set) var kindList: [(template: Int, shape: Int)] = []
    private var kindIndexes: [UInt64: Int] = [:]

    /// Values that are no column's, for the filter.
    private(set) var hashes: Set<UInt64> = []
    private let scratch = Arena(capacity: 4 << 10)

    private var tokens = RecordTokens()
    private var template = 0
    private var current = PlainBuffer<ColdShapeEntry>(capacity: 256)
    private var lastBatch: EventBatch?
    private var lastRecord: UInt32 = 0
    private var builder: EventBuilder?
    private var occurrences: [FieldID: UInt32] = [:]

    init(catalog: FieldCatalog, products: ProductCatalog) {
        self.catalog = catalog
        self.products = products
        scanner = JSONScanner(
            catalog: catalog, limits: .stored)
    }

    var rowCount: Int { kinds.count }
    var rawBytes: Int { summary.rawBytes }
    var isFull: Bool {
        rowCount >= StoreLimits.coldBlockRows || rawBytes >= StoreLimits.coldBlockBytes
            || places.count >= StoreLimits.coldBlockPlaces
    }

    /// How many rows there are of each product and class.
    var tallies: [ColdTally] {
        var rows = [Int](repeating: 0, count: kindList.count)
        for kind in kinds { rows[Int(kind)] += 1 }
        var tallies: [ColdTally] = []
        for (kind, count) in zip(kindList, rows) {
            let shape = shapes.shapes[kind.shape]
            let product = products[shape.product].name
            if let index = tallies.firstIndex(where: { $0.product == product && $0.classUID == shape.classUID }) {
                tallies[index].count += count
            } else {
                tallies.append(ColdTally(product: product, classUID: shape.classUID, count: count))
            }
        }
        return tallies
    }

    func reset() {
        templates.removeAll()
        shapes.removeAll()
        spare += columns
        columns.removeAll(keepingCapacity: true)
        // A hostile block's columns are not kept for ever.
        if spare.count > 2_048 { spare.removeLast(spare.count - 2_048) }
        columnIndexes.removeAll(keepingCapacity: true)
        sources.removeAll(keepingCapacity: true)
        summary = BlockSummary()
        kinds.removeAll(keepingCapacity: true)
        times.removeAll(keepingCapacity: true)
        sequences.removeAll(keepingCapacity: true)
        sourceIndexes.removeAll(keepingCapacity: true)
        received.removeAll(keepingCapacity: true)
        parts.removeAll(keepingCapacity: true)
        bodies.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        hashes.removeAll(keepingCapacity: true)
        kindList.removeAll(keepingCapacity: true)
        kindIndexes.removeAll(keepingCapacity: true)
        lastBatch = nil
    }

    /// Appends one event, whose sequence number is above those before it.
    func append(_ batch: EventBatch, _ index: Int, sequence: Int64) {
        let row = batch.rows[index]
        let number = UInt32(truncatingIfNeeded: rowCount)
        let shares = lastBatch === batch && lastRecord == row.record && rowCount > 0
        let rescans = scan(batch, row, keepsTokens: shares)
        if shares {
            bodies.append(Int64(row.bodyOffset) - Int64(row.rawOffset))
            bodies.append(Int64(row.bodyLength))
        } else {
            appendRecord(batch, row, number)
        }
        let shape = appendFields(batch, row, number, rescans: rescans)
        kinds.append(Int64(kind(template: shares ? 0 : template + 1, shape: shape)))
        times.append(row.time.microseconds)
        sequences.append(sequence)
        sourceIndexes.append(Int64(sourceIndex(batch.source.name)))
        received.append(batch.receivedAt.microseconds)
        parts.append(Int64(row.part))
        summarise(row, batch)
        lastBatch = batch
        lastRecord = row.record
    }

    private func summarise(_ row: EventRow, _ batch: EventBatch) {
        summary.rowCount += 1
        summary.minTime = min(summary.minTime, row.time.microseconds)
        summary.maxTime = max(summary.maxTime, row.time.microseconds)
        summary.minReceived = min(summary.minReceived, batch.receivedAt.microseconds)
        summary.maxReceived = max(summary.maxReceived, batch.receivedAt.microseconds)
        if !summary.products.contains(row.product) { summary.products.append(row.product) }
        if !summary.classes.contains(row.classUID) { summary.classes.append(row.classUID) }
    }

    private func kind(template: Int, shape: Int) -> Int {
        let key = UInt64(template) << 32 | UInt64(shape)
        if let known = kindIndexes[key] { return known }
        kindList.append((template, shape))
        kindIndexes[key] = kindList.count - 1
        return kindList.count - 1
    }

    private func sourceIndex(_ name: String) -> Int {
        if let index = sources.lastIndex(of: name) { return index }
        sources.append(name)
        return sources.count - 1
    }

    // MARK: - Records

    /// Scans the body; true if that gives exactly the row's vendor fields. `builder` has the fields then or otherwise.
    private func scan(_ batch: EventBatch, _ row: EventRow, keepsTokens: Bool) -> Bool {
        let builder: EventBuilder
        if let known = self.builder, known.raw === batch.raw {
            builder = known
        } else {
            builder = EventBuilder(
                RecordBatch(source: batch.source, receivedAt: batch.receivedAt, bytes: batch.raw, records: []))
            self.builder = builder
        }
        builder.setFieldCount(0)
        builder.derived.setCount(0)
        let body = batch.raw.slice(Int(row.bodyOffset), Int(row.bodyLength))
        guard let first = body.first(where: { $0 > 0x20 }), first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else {
            return false
        }
        do {
            try scanner.scan(Int(row.bodyOffset), Int(row.bodyLength), into: builder)
        } catch {
            // No JSON: a text like any other.
            return false
        }
        let vendor = UnsafeBufferPointer(rebasing: batch.fields[Int(row.vendorStart)..<Int(row.vendorEnd)])
        guard vendor.count == builder.fieldCount, !vendor.isEmpty else { return false }
        for (index, field) in vendor.enumerated() {
            let scanned = builder.fields[index]
            guard field.id == scanned.id, field.word == scanned.word else { return false }
            if field.isDerived {
                let length = field.length
                if memcmp(batch.derived.base + Int(field.offset), builder.derived.base + Int(scanned.offset), length) != 0 {
                    return false
                }
            } else if field.offset != scanned.offset {
                return false
            }
        }
        return true
    }

    private func appendRecord(_ batch: EventBatch, _ row: EventRow, _ number: UInt32) {
        let record = UnsafeRawPointer(batch.raw.base) + Int(row.rawOffset)
        let fields = builder.map { UnsafeBufferPointer(start: $0.fields, count: $0.fieldCount) }
        let isCrowded = columns.count > StoreLimits.coldBlockColumns
        tokens.find(
            row, raw: batch.raw.base, fields: isCrowded ? .init(start: nil, count: 0) : fields ?? .init(start: nil, count: 0))
        occurrences.removeAll(keepingCapacity: true)
        template = templates.find(
            tokens, record: record, length: Int(row.rawLength), bodyStart: Int(row.bodyOffset) - Int(row.rawOffset),
            product: row.product
        ) { token in
            var occurrence = token.occurrence
            if token.role == .scalar {
                occurrence = occurrences[token.path, default: 0]
                occurrences[token.path] = occurrence + 1
            }
            return column(ColumnKey(role: token.role, product: row.product, path: token.path, occurrence: occurrence))
        }
        let columns = templates.columns.base + templates.templates[template].firstColumn
        for index in 0..<tokens.tokens.count {
            let token = tokens.tokens[index]
            self.columns[Int(columns[index])].append(record + Int(token.offset), Int(token.length), row: number)
        }
        summary.rawBytes += Int(row.rawLength)
        // Searches for any value look at the whole record of an event that has no fields.
        if row.rawLength != row.bodyLength, row.vendorStart == row.vendorEnd {
            addHash(UnsafeRawBufferPointer(start: record, count: Int(row.rawLength)))
        }
    }

    private func addHash(_ value: UnsafeRawBufferPointer) {
        if value.count <= StoreLimits.coldFilterValueBytes { hashes.insert(ColdFilter.hash(value, scratch)) }
    }

    private func column(_ key: ColumnKey) -> UInt32 {
        if let known = columnIndexes[key] { return UInt32(known) }
        if let column = spare.popLast() {
            column.reset(key)
            columns.append(column)
        } else {
            columns.append(ValueColumn(key, seed: seed))
        }
        columnIndexes[key] = columns.count - 1
        return UInt32(columns.count - 1)
    }

    // MARK: - Fields

    private func appendFields(_ batch: EventBatch, _ row: EventRow, _ number: UInt32, rescans: Bool) -> Int {
        let ocsfCount = Int(row.ocsfEnd - row.ocsfStart)
        let vendorCount = rescans ? 0 : Int(row.vendorEnd - row.vendorStart)
        current.removeAll()
        current.reserve(max(ocsfCount + vendorCount, 1))
        occurrences.removeAll(keepingCapacity: true)
        for index in 0..<ocsfCount { appendField(batch.fields[Int(row.ocsfStart) + index], batch, row, number) }
        for index in 0..<vendorCount { appendField(batch.fields[Int(row.vendorStart) + index], batch, row, number) }
        let shape = ColdShape(
            start: 0, ocsfCount: ocsfCount, vendorCount: vendorCount, product: row.product, state: row.state.rawValue,
            rescans: rescans,
            classUID: row.classUID)
        return shapes.find(shape, UnsafePointer(current.base))
    }

    private func appendField(_ field: Field, _ batch: EventBatch, _ row: EventRow, _ number: UInt32) {
        var flags = UInt8(truncatingIfNeeded: field.word &>> 24)
        let isOutside =
            field.offset &- row.rawOffset > row.rawLength
            || Int(field.offset &- row.rawOffset) + field.length > Int(row.rawLength)
        // A text outside the row's own record (no field should have one) is kept like a computed one.
        if isOutside && !field.isDerived { flags |= 0x80 }
        let entry = ShapeEntry(id: field.id, flags: flags)
        guard flags & 0x80 != 0 else {
            let offset = Int(field.offset &- row.rawOffset)
            let record = batch.raw.base + Int(row.rawOffset)
            let columns = templates.columns.base + templates.templates[template].firstColumn
            var reference = ColdShapeEntry(entry: entry, column: ColdShapeEntry.explicit)
            if let index = tokens.index(offset: offset, length: field.length, record: record) {
                reference.column = columns[index]
            } else {
                if field.kind.rawValue <= FieldKind.false.rawValue { addHash(batch.bytes(of: field)) }
                reference.length = UInt32(truncatingIfNeeded: field.length)
                // Each place within values makes a shape of its own: only as long as there are not too many.
                if shapes.shapes.count < StoreLimits.coldPlacedShapes {
                    if let (index, start) = tokens.enclosing(offset, length: field.length) {
                        reference.column = columns[index]
                        reference.relation = .within(UInt32(truncatingIfNeeded: start))
                    } else if let (index, distance) = tokens.next(after: offset, length: field.length), distance > 0 {
                        reference.column = columns[index]
                        reference.relation = .before(UInt32(truncatingIfNeeded: distance))
                    }
                }
                if reference.column == ColdShapeEntry.explicit {
                    reference.length = 0
                    places.append(Int64(offset))
                    places.append(Int64(field.length))
                }
            }
            current.append(reference)
            return
        }
        let occurrence = occurrences[field.id, default: 0]
        occurrences[field.id] = occurrence &+ 1
        let column = column(ColumnKey(role: .derived, product: row.product, path: field.id, occurrence: occurrence))
        let bytes = batch.bytes(of: field)
        columns[Int(column)].append(bytes.baseAddress ?? UnsafeRawPointer(batch.derived.base), bytes.count, row: number)
        current.append(ColdShapeEntry(entry: entry, column: column))
    }
}
