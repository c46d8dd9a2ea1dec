import EventModel

/// Makes the digests of blocks as they are written.
final class Digester {
    private let catalog: FieldCatalog
    private let products: ProductCatalog
    private let zstd = Zstd(level: 1)
    /// Digests are small, and read whole.
    private let packer = Zstd(level: 19)
    private let decoder: ColdBlockDecoder
    private let unescaper: JSONScanner

    init(catalog: FieldCatalog, products: ProductCatalog) {
        self.catalog = catalog
        self.products = products
        decoder = ColdBlockDecoder(catalog: catalog, sources: [])
        unescaper = JSONScanner(catalog: catalog, limits: JSONLimits(maximumBytes: Field.maximumLength))
    }

    /// The digests of a block, by kind.
    func digests(of sealed: SealedBlock) throws(BlockError) -> [(kind: Int, bytes: Arena)] {
        let segments = Dictionary(uniqueKeysWithValues: sealed.segments.map { ($0.number, $0.bytes) })
        let directory = try ColdDirectory(sealed.head, zstd: zstd, catalog: catalog, products: products)
        let block = OpenColdBlock(directory, zstd: zstd) { number throws(BlockError) in
            guard let bytes = segments[number] else { throw .damaged("a segment is missing") }
            let copy = Arena(capacity: bytes.count)
            copy.append(bytes)
            return copy
        }
        let values = ColdValues(
            block, selected: (0..<block.rowCount).map(UInt32.init), catalog: catalog, decoder: decoder, unescaper: unescaper)
        var digests: [(kind: Int, bytes: Arena)] = []
        for (kind, (grain, dimensions)) in ColdDigest.kinds.enumerated() {
            guard let digest = try ColdDigest(grain: grain, dimensions: dimensions, of: block, values) else { continue }
            let bytes = Arena(capacity: 4 << 10)
            digest.append(to: bytes, zstd: packer)
            digests.append((kind, bytes))
        }
        return digests
    }
}
