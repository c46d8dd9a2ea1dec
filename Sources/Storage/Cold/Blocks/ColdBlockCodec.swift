package import EventModel

/// A cold block apart from any partition: for tools and tests that look at blocks themselves.
package final class ColdBlockCodec {
    /// The bytes of a block, as a partition keeps them.
    package struct Bytes: Equatable, Sendable {
        package var head: [UInt8]
        /// By number.
        package var segments: [Int: [UInt8]]
        package var filter: [UInt8]

        package init(head: [UInt8], segments: [Int: [UInt8]], filter: [UInt8]) {
            self.head = head
            self.segments = segments
            self.filter = filter
        }

        package var count: Int { head.count + filter.count + segments.values.reduce(0) { $0 + $1.count } }
    }

    private let catalog: FieldCatalog
    private let products: ProductCatalog
    private let writer: ColdBlockWriter
    private let sealer: ColdBlockSealer
    private let decoder: ColdBlockDecoder
    private let zstd: Zstd

    package init(
        catalog: FieldCatalog, products: ProductCatalog, sources: [Source] = [],
        level: Int32 = StoreLimits().coldCompressionLevel
    ) {
        self.catalog = catalog
        self.products = products
        writer = ColdBlockWriter(catalog: catalog, products: products)
        sealer = ColdBlockSealer(level: level)
        decoder = ColdBlockDecoder(catalog: catalog, sources: sources)
        zstd = Zstd(level: level)
    }

    /// One block of all rows whose sequence number is not 0; at most `rows` of them are taken.
    package func seal(_ batches: [StoredBatch]) -> Bytes {
        writer.reset()
        for stored in batches {
            for (index, sequence) in stored.sequences.enumerated() where sequence != 0 && !writer.isFull {
                writer.append(stored.batch, index, sequence: sequence)
            }
        }
        let sealed = sealer.seal(writer)
        return Bytes(
            head: [UInt8](sealed.head),
            segments: Dictionary(uniqueKeysWithValues: sealed.segments.map { ($0.number, [UInt8]($0.bytes)) }),
            filter: [UInt8](sealed.filter))
    }

    /// The events of a block.
    /// - Throws: what is wrong with it.
    package func open(_ bytes: Bytes, selected: [UInt32]? = nil) throws -> [StoredBatch] {
        let directory = try bytes.head.withUnsafeBytes { head throws(BlockError) in
            try ColdDirectory(head, zstd: zstd, catalog: catalog, products: products)
        }
        let block = OpenColdBlock(directory, zstd: zstd) { number throws(BlockError) in
            guard let segment = bytes.segments[number] else { throw .damaged("a segment is missing") }
            let arena = Arena(capacity: segment.count)
            segment.withUnsafeBytes { _ = arena.append($0) }
            return arena
        }
        return try decoder.decode(block, selected: selected).map { StoredBatch(batch: $0.batch, sequences: $0.sequences) }
    }

    /// Bytes of a block as they were before they were compressed.
    package func unpack(_ stored: [UInt8], length: Int) throws -> [UInt8] {
        let packed = Arena(capacity: stored.count)
        stored.withUnsafeBytes { _ = packed.append($0) }
        let unpacked = Arena(capacity: length)
        try zstd.unpack(packed.contents, length: length, to: unpacked)
        return [UInt8](unpacked.contents)
    }

    /// What each column takes: its role, path, occurrence, forms, and bytes. For benches.
    package func columnSizes(_ bytes: Bytes) throws -> [(name: String, bytes: Int)] {
        let directory = try bytes.head.withUnsafeBytes { head throws(BlockError) in
            try ColdDirectory(head, zstd: zstd, catalog: catalog, products: products)
        }
        var sizes = [(name: "head", bytes: bytes.head.count), (name: "filter", bytes: bytes.filter.count)]
        for segment in RowSegment.allCases { sizes.append(("\(segment)", bytes.segments[segment.rawValue]?.count ?? 0)) }
        for column in directory.columns {
            let name =
                "\(products[directory.products[Int(column.key.product)]].name) \(column.key.role) "
                + catalog.path(of: column.key.path)
            sizes.append(
                (
                    "\(name) \(column.key.occurrence): \(column.codeForm) \(column.valueForm), \(column.distinct) distinct",
                    column.length
                ))
        }
        return sizes
    }
}
