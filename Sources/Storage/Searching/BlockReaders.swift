import EventModel

/// What it takes to read blocks, hot and cold: a connection of its own, and what it has open. Belongs to one thread at a time.
final class BlockReaders {
    let connection: Connection
    let blocks: BlockSource
    let cold: ColdSource
    let coldDecoder: ColdBlockDecoder

    init(
        _ connection: Connection, files: StoreFiles, catalog: FieldCatalog, products: ProductCatalog, sources: [Source],
        limits: StoreLimits
    ) {
        self.connection = connection
        blocks = BlockSource(connection, decoder: BlockDecoder(catalog: catalog, products: products, sources: sources))
        cold = ColdSource(files: files, limits: limits, catalog: catalog, products: products)
        coldDecoder = ColdBlockDecoder(catalog: catalog, sources: sources)
    }
}
