import EventModel

/// Of what a cold block's rows are made: skeletons, shapes, and the kinds of row that there are.
struct ColdLayout {
    struct Template {
        var firstColumn: Int
        var count: Int
        var headCount: Int
        var headRest: Int
        var hasTail: Bool
        var textOffset: Int
    }

    private(set) var templates: [Template] = []
    /// Gap in front of each value of a template, and the one behind the last.
    private(set) var gaps: [UInt32] = []
    private(set) var columns: [UInt32] = []
    let text: Arena
    private(set) var shapes: [ColdShape] = []
    private(set) var entries: [ColdShapeEntry] = []
    private(set) var kindList: [(template: Int, shape: Int)] = []

    /// Computed columns of a shape, and how many of its fields are no column's value.
    private(set) var derived: [[Int]] = []
    private(set) var explicit: [Int] = []
    /// Numbers that rows have of their bodies and of places; see `RowLists`.
    private(set) var bodyCount = 0
    private(set) var placeCount = 0
    /// Where in the segment of the rows their lists begin.
    private(set) var listsOffset = 0

    /// - Parameter segments: the three segments, unpacked.
    init(_ segments: [Arena], directory: ColdDirectory) throws(BlockError) {
        text = segments[RowSegment.templates.rawValue]
        // The readers point into them.
        defer { withExtendedLifetime(segments) {} }
        try readTemplates(ByteReader(text.contents), directory)
        try readShapes(ByteReader(segments[RowSegment.shapes.rawValue].contents), directory)
        try readKinds(ByteReader(segments[RowSegment.rows.rawValue].contents), directory)
    }

    private mutating func readTemplates(_ start: ByteReader, _ directory: ColdDirectory) throws(BlockError) {
        var reader = start
        let count = try reader.count(directory.header.rowCount)
        var total = 0
        for _ in 0..<count {
            let values = try reader.count(RecordTokens.maximumTokens + RecordTokens.maximumWords + 2)
            let headCount = try reader.count(values)
            let headRest = try reader.count(text.count)
            let tail = try reader.byte()
            guard tail <= 1, tail == 0 || values > headCount else { throw .damaged("a skeleton contradicts itself") }
            templates.append(
                Template(
                    firstColumn: columns.count, count: values, headCount: headCount, headRest: headRest, hasTail: tail == 1,
                    textOffset: total))
            for place in 0...values {
                let gap = try reader.count(text.count)
                if place == headCount, headRest > gap { throw .damaged("a skeleton's head is longer than its text") }
                total += gap
                gaps.append(UInt32(truncatingIfNeeded: gap))
                if place == values {
                    columns.append(.max)
                } else {
                    let column = try reader.count(directory.columns.count - 1)
                    guard directory.columns[column].key.role != .derived else {
                        throw .damaged("a skeleton has a computed value")
                    }
                    columns.append(UInt32(truncatingIfNeeded: column))
                }
            }
            guard total <= text.count else { throw .damaged("skeletons are longer than their text") }
        }
        // Their text is what follows.
        guard reader.remaining == total else { throw .damaged("skeletons and their text differ in length") }
        let base = text.count - total
        for index in templates.indices { templates[index].textOffset += base }
    }

    private mutating func readShapes(_ start: ByteReader, _ directory: ColdDirectory) throws(BlockError) {
        var reader = start
        let count = try reader.count(directory.header.rowCount)
        for _ in 0..<count {
            let product = try reader.count(Int(UInt16.max))
            guard product < directory.products.count else { throw .damaged("a shape names a product that is not listed") }
            let classUID = try reader.count(Int(UInt32.max))
            let flags = try reader.byte()
            guard let state = EventState(rawValue: flags >> 1) else { throw .damaged("a shape has an unknown state") }
            let ocsfCount = try reader.count(reader.remaining / 3)
            let vendorCount = try reader.count(reader.remaining / 3)
            guard entries.count + ocsfCount + vendorCount <= StoreLimits.coldShapeFields else {
                throw .damaged("shapes have more fields than any block")
            }
            shapes.append(
                ColdShape(
                    start: entries.count, ocsfCount: ocsfCount, vendorCount: vendorCount, product: directory.products[product],
                    state: state.rawValue, rescans: flags & 1 != 0, classUID: UInt32(classUID)))
            for _ in 0..<ocsfCount + vendorCount { entries.append(try Self.entry(&reader, directory)) }
            let own = entries[(entries.count - ocsfCount - vendorCount)...]
            derived.append(own.filter(\.entry.isDerived).map { Int($0.column) })
            explicit.append(own.count { $0.column == ColdShapeEntry.explicit })
        }
        guard reader.remaining == 0 else { throw .damaged("bytes after the shapes") }
    }

    private static func entry(_ reader: inout ByteReader, _ directory: ColdDirectory) throws(BlockError) -> ColdShapeEntry {
        let path = try reader.count(Int(Int32.max))
        let flags = try reader.byte()
        guard path < directory.paths.count, FieldKind(rawValue: flags & 0x0f) != nil else {
            throw .damaged("a shape names a field that is not listed")
        }
        let reference = try reader.count(directory.columns.count)
        var entry = ColdShapeEntry(
            entry: ShapeEntry(id: directory.paths[path], flags: flags),
            column: reference == 0 ? ColdShapeEntry.explicit : UInt32(truncatingIfNeeded: reference - 1))
        let isDerived = flags & 0x80 != 0
        if reference == 0 {
            guard !isDerived else { throw .damaged("a computed field without a column") }
            return entry
        }
        guard (directory.columns[reference - 1].key.role == .derived) == isDerived else {
            throw .damaged("a field is of another column's kind")
        }
        if !isDerived {
            guard let relation = ColdShapeEntry.Relation(code: try reader.varint()) else {
                throw .damaged("a field's place is out of bounds")
            }
            entry.relation = relation
            if relation != .whole { entry.length = UInt32(truncatingIfNeeded: try reader.count(Field.maximumLength)) }
        }
        return entry
    }

    private mutating func readKinds(_ start: ByteReader, _ directory: ColdDirectory) throws(BlockError) {
        var reader = start
        let rows = directory.header.rowCount
        for _ in 0..<(try reader.count(rows)) {
            let template = try reader.count(templates.count)
            let shape = try reader.count(shapes.count - 1)
            kindList.append((template, shape))
        }
        bodyCount = try reader.count(2 * rows)
        placeCount = try reader.count(StoreLimits.coldBlockPlaces * 2)
        listsOffset = start.remaining - reader.remaining
    }
}
