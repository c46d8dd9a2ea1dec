import EventModel

/// What stands at the end of a block: names, shapes, and where its segments are. All numbers are checked against the block.
struct BlockDirectory {
    struct Segment {
        var rowCount: Int
        var partCount: Int
        var firstRow: Int
        var metaOffset: Int
        var metaLength: Int
        var metaStoredLength: Int
        var recordsLength: Int
        var recordsStoredLength: Int
        var minTime: Int64
        var maxTime: Int64

        var recordsOffset: Int { metaOffset + metaStoredLength }
    }

    /// A field of a shape, with this process's number for its path.
    struct Entry: BitwiseCopyable {
        var rawID: UInt32
        var flags: UInt8

        var id: FieldID { FieldID(rawValue: rawID) }
    }

    private(set) var sources: [String] = []
    private(set) var products: [String] = []
    private(set) var shapes: [Shape] = []
    private(set) var entries: [Entry] = []
    private(set) var segments: [Segment] = []

    /// Paths that the catalog has not met are interned. `Shape.product` is an index into `products`.
    init(_ bytes: UnsafeRawBufferPointer, header: BlockHeader, catalog: FieldCatalog) throws(BlockError) {
        var reader = ByteReader(bytes)
        sources = try Self.names(&reader)
        products = try Self.names(&reader)
        var paths: [FieldID] = []
        for path in try Self.names(&reader) { paths.append(path.isEmpty ? .overflow : catalog.intern(path)) }
        try readShapes(&reader, paths)
        try readSegments(&reader, header)
        guard reader.remaining == 0 else { throw .damaged("bytes after the directory") }
    }

    private mutating func readShapes(_ reader: inout ByteReader, _ paths: [FieldID]) throws(BlockError) {
        // A shape takes at least four bytes, an entry two.
        let count = try reader.count(reader.remaining / 4)
        shapes.reserveCapacity(count)
        for _ in 0..<count {
            let product = try reader.count(Int(UInt16.max))
            guard product < products.count else { throw .damaged("a shape names a product that is not listed") }
            let classUID = try reader.count(Int(UInt32.max))
            let ocsfCount = try reader.count(reader.remaining / 2)
            let vendorCount = try reader.count(reader.remaining / 2)
            shapes.append(
                Shape(
                    start: entries.count, ocsfCount: ocsfCount, vendorCount: vendorCount, product: UInt16(product),
                    classUID: UInt32(classUID)))
            for _ in 0..<ocsfCount + vendorCount {
                let path = try reader.varint()
                let flags = try reader.byte()
                guard path < UInt64(paths.count), FieldKind(rawValue: flags & 0x0f) != nil else {
                    throw .damaged("a shape names a field that is not listed")
                }
                entries.append(Entry(rawID: paths[Int(path)].rawValue, flags: flags))
            }
        }
    }

    private mutating func readSegments(_ reader: inout ByteReader, _ header: BlockHeader) throws(BlockError) {
        var offset = BlockHeader.byteCount
        var row = 0
        for _ in 0..<header.segmentCount {
            let rowCount = try reader.count(header.rowCount)
            let partCount = try reader.count(rowCount)
            let metaLength = try reader.count(StoreLimits.maximumSegmentBytes)
            let metaStored = try reader.count(metaLength)
            let recordsLength = try reader.count(StoreLimits.maximumSegmentBytes)
            let recordsStored = try reader.count(recordsLength)
            let minTime = try reader.signed()
            let maxTime = minTime &+ Int64(bitPattern: try reader.varint())
            segments.append(
                Segment(
                    rowCount: rowCount, partCount: partCount, firstRow: row, metaOffset: offset, metaLength: metaLength,
                    metaStoredLength: metaStored, recordsLength: recordsLength, recordsStoredLength: recordsStored,
                    minTime: minTime, maxTime: maxTime))
            row += rowCount
            offset += metaStored + recordsStored
        }
        guard row == header.rowCount, offset == header.directoryOffset else { throw .damaged("the segments do not fill it") }
    }

    private static func names(_ reader: inout ByteReader) throws(BlockError) -> [String] {
        let count = try reader.count(reader.remaining)
        var names: [String] = []
        names.reserveCapacity(count)
        for _ in 0..<count {
            let length = try reader.count(reader.remaining)
            names.append(String(decoding: try reader.bytes(length), as: UTF8.self))
        }
        return names
    }
}
