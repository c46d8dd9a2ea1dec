public import EventModel

/// A store as the daemon uses it: its one writer, and as many readers as it wants.
public struct EventStore: Sendable {
    public let files: StoreFiles
    public let writer: StoreWriter
    private let catalog: FieldCatalog
    private let products: ProductCatalog
    private let limits: StoreLimits

    /// Opens the store in `directory` for writing, and makes it if it is not there.
    /// - Throws: `StoreError`: `inUse` when another process writes to it, `newerSchema`, `damaged`, `inputOutput`.
    public init(
        directory: String, catalog: FieldCatalog, products: ProductCatalog, limits: StoreLimits = StoreLimits()
    ) throws {
        files = StoreFiles(directory: directory)
        self.catalog = catalog
        self.products = products
        self.limits = limits
        writer = try StoreWriter(files: files, catalog: catalog, products: products, limits: limits)
    }

    /// A reader with a connection of its own.
    public func reader(sources: [Source] = []) throws -> StoreReader {
        try StoreReader(files: files, catalog: catalog, products: products, sources: sources, limits: limits)
    }
}
