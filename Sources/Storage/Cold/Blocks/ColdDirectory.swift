import EventModel

/// The head of a cold block: its names, and what is known of each column. All numbers are checked against the block.
struct ColdDirectory {
    /// A segment of the rows.
    struct Segment {
        var length: Int
        var storedLength: Int
        var checksum: UInt64
    }

    let header: BlockHeader
    private(set) var sources: [String] = []
    private(set) var productNames: [String] = []
    /// This process's index of each of the block's products.
    private(set) var products: [UInt16] = []
    /// This process's numbers of the block's paths.
    private(set) var paths: [FieldID] = []
    private(set) var segments: [Segment] = []
    private(set) var columns: [ColumnInfo] = []

    init(
        _ head: UnsafeRawBufferPointer, zstd: Zstd, catalog: FieldCatalog, products known: ProductCatalog
    ) throws(BlockError) {
        header = try BlockHeader(head)
        guard header.kind == .coldColumns, header.codec == .zstd, header.rowCount > 0,
            header.rowCount <= StoreLimits.coldBlockRows, header.directoryOffset == BlockHeader.byteCount
        else { throw .damaged("it is no cold block") }
        let bytes = Arena(capacity: header.directoryLength)
        // The reader points into it.
        defer { withExtendedLifetime(bytes) {} }
        try zstd.unpack(
            UnsafeRawBufferPointer(rebasing: head[header.directoryOffset...]), length: header.directoryLength, to: bytes)
        var reader = ByteReader(bytes.contents)
        sources = try Self.names(&reader)
        productNames = try Self.names(&reader)
        products = productNames.map { known.index(named: $0) ?? ProductCatalog.unknown }
        for path in try Self.names(&reader) { paths.append(path.isEmpty ? .overflow : catalog.intern(path)) }
        for _ in RowSegment.allCases {
            let length = try reader.count(StoreLimits.maximumSegmentBytes)
            segments.append(
                Segment(length: length, storedLength: try reader.count(length), checksum: try reader.varint()))
        }
        let count = try reader.count(min(reader.remaining / 8, StoreLimits.coldMaximumColumns))
        guard header.segmentCount == RowSegment.firstColumn + count else { throw .damaged("columns are missing") }
        columns.reserveCapacity(count)
        // A column that refers to another one is read with it: a long chain would take the stack.
        var depths: [Int] = []
        for index in 0..<count {
            let column = try ColumnInfo(&reader, index: index, rows: header.rowCount, products: products, paths: paths)
            let depth = (column.bases.map { depths[$0] }.max() ?? 0) + 1
            guard depth <= StoreLimits.coldColumnDepth else { throw .damaged("columns refer to others without end") }
            depths.append(depth)
            columns.append(column)
        }
        guard reader.remaining == 0 else { throw .damaged("bytes after the directory") }
    }

    private static func names(_ reader: inout ByteReader) throws(BlockError) -> [String] {
        let count = try reader.count(min(reader.remaining, StoreLimits.coldBlockNames))
        var names: [String] = []
        names.reserveCapacity(count)
        for _ in 0..<count { names.append(String(decoding: try reader.counted(), as: UTF8.self)) }
        return names
    }
}
