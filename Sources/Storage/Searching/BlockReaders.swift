import EventModel

/// What it takes to read blocks, hot and cold: a connection of its own, and what it has open. Belongs to one thread at a time.
final class BlockReaders {
    let connection: Connection
    let blocks: BlockSource
    let cold: ColdSource
    let coldDecoder: ColdBlockDecoder
    let catalog: FieldCatalog
    let products: ProductCatalog

    init(
        _ connection: Connection, files: StoreFiles, catalog: FieldCatalog, products: ProductCatalog, sources: [Source],
        limits: StoreLimits
    ) {
        self.connection = connection
        self.catalog = catalog
        self.products = products
        blocks = BlockSource(connection, decoder: BlockDecoder(catalog: catalog, products: products, sources: sources))
        cold = ColdSource(files: files, limits: limits, catalog: catalog, products: products)
        coldDecoder = ColdBlockDecoder(catalog: catalog, sources: sources)
    }

    /// The blocks that can hold events of the request's span, in the order in which they are read.
    func entries(_ request: SearchRequest) throws -> [StoreEntry] {
        let hot = try blocks.entries(since: request.since, until: request.until, order: request.order).map(StoreEntry.hot)
        let cold = try ColdCatalog.entries(
            connection, since: request.since?.microseconds ?? .min, until: request.until?.microseconds ?? .max)
        guard !cold.isEmpty else { return hot }
        return (hot + cold.map(StoreEntry.cold)).sorted {
            switch request.order {
            case .newestFirst: ($0.maxTime, $0.firstSequence) > ($1.maxTime, $1.firstSequence)
            case .oldestFirst: ($0.minTime, $0.firstSequence) < ($1.minTime, $1.firstSequence)
            }
        }
    }

    /// Gives a cold block to `body`, and counts it in; its file is locked for reading once. Nil if it cannot be read, which is
    /// noted.
    func read<Result>(
        _ entry: ColdEntry, _ totals: inout SearchTotals,
        _ body: (OpenColdBlock, inout SearchTotals) throws(BlockError) -> Result?
    ) throws -> Result? {
        try cold.reading(entry) { () throws -> Result? in
            switch try cold.open(entry) {
            case .gone:
                totals.damagedBlocks.append(ColdSource.damage(entry, "it was replaced while it was read; search again"))
            case .damaged(let damage): totals.damagedBlocks.append(damage)
            case .block(let block):
                totals.scannedBlocks += 1
                totals.events += entry.count
                do {
                    return try body(block, &totals)
                } catch let error as BlockError {
                    totals.damagedBlocks.append(ColdSource.damage(entry, error.description))
                }
            }
            return nil
        }
    }

    /// Hot and cold blocks of the store.
    func blockCount() throws -> Int { try blocks.count() + ColdCatalog.count(connection) }
}
