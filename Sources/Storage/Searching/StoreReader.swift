public import EventModel
import Foundation

/// Reads a store, with `siemd` running or stopped. It never writes, and holds no lock for longer than one block takes to read.
///
/// It runs on a thread of its own, since reading blocks. What its methods throw is a `StoreError`, or `CancellationError`.
public actor StoreReader {
    public nonisolated let files: StoreFiles
    /// The store's name for itself, and the secret for event keys.
    public nonisolated let identity: StoreIdentity

    private let executor: ConnectionExecutor
    let catalog: FieldCatalog
    public nonisolated let products: ProductCatalog
    let limits: StoreLimits
    /// What it reads with itself.
    let own: BlockReaders
    /// What searches read with on the other cores, from the first search on.
    private var others: [BlockReaders] = []
    private let makeReaders: (Connection) -> BlockReaders

    var connection: Connection { own.connection }
    var blocks: BlockSource { own.blocks }
    var cold: ColdSource { own.cold }
    var coldDecoder: ColdBlockDecoder { own.coldDecoder }

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens the store for reading.
    /// - Parameters:
    ///   - catalog: the one whose numbers expressions and events shall have.
    ///   - products: the products whose index decoded rows shall have; events of others get `ProductCatalog.unknown`.
    ///   - sources: the configured ones, whose number and lateness decoded batches shall have; others are made by name.
    /// - Throws: `StoreError`: `notAStore`, `newerSchema`, `damaged`, `inputOutput`.
    public init(
        files: StoreFiles, catalog: FieldCatalog, products: ProductCatalog, sources: [Source] = [],
        limits: StoreLimits = StoreLimits()
    ) throws {
        self.files = files
        self.catalog = catalog
        self.products = products
        self.limits = limits
        executor = ConnectionExecutor(label: "perimeter.store.reader")
        guard files.databaseExists else {
            throw StoreError(.notAStore, path: files.database, detail: "there is no such file; siemd makes it when it starts")
        }
        let opened = try StoreError.translating(files.database) {
            let connection = try Self.connect(files, limits)
            try Migrations.checkForReading(connection)
            return (connection, try StoreIdentity.read(connection))
        }
        identity = opened.1
        makeReaders = {
            BlockReaders($0, files: files, catalog: catalog, products: products, sources: sources, limits: limits)
        }
        own = makeReaders(opened.0)
    }

    /// Readers for as many threads as a search may use, its own first. Blocks are read by whoever read them before.
    func workers() throws -> [BlockReaders] {
        let count = max(1, min(limits.searchThreads, ProcessInfo.processInfo.activeProcessorCount))
        while others.count + 1 < count {
            others.append(makeReaders(try Self.connect(files, limits)))
        }
        return [own] + others
    }

    private static func connect(_ files: StoreFiles, _ limits: StoreLimits) throws -> Connection {
        try Connection(path: files.database, access: .readOnly, busyTimeout: limits.busyTimeout)
    }

    /// Every source's account.
    public func ledger() throws -> [LedgerAccount] {
        try StoreError.translating(files.database) { try LedgerChanges.read(connection) }
    }

    /// The positions of all sources, by name.
    public func cursors() throws -> [String: String] {
        try StoreError.translating(files.database) { try StoreQueries.cursors(connection) }
    }

    /// How far correlation has come, and its latest snapshot.
    public func engineState() throws -> EngineState {
        try StoreError.translating(files.database) { try EngineState.read(connection) }
    }

    /// How many stored events are not yet correlated. Reads two numbers; `engineState` reads the snapshot too.
    public func correlationLag() throws -> Int64 {
        try StoreError.translating(files.database) { try EngineState.lag(connection) }
    }

    /// The daemon's last sign of life; nil if none ever ran.
    public func heartbeat() throws -> Heartbeat? {
        try StoreError.translating(files.database) { try Heartbeat.read(connection) }
    }

    /// How the outbox stands, by endpoint.
    public func outboxStats() throws -> [OutboxStats] {
        try StoreError.translating(files.database) { try Outbox.stats(connection) }
    }

    /// The deliveries that a finding owed, in order.
    public func deliveries(findingUID: String) throws -> [DeliveryRecord] {
        try StoreError.translating(files.database) { try Outbox.deliveries(connection, findingUID: findingUID) }
    }

    /// How much the store holds.
    public func summary() throws -> StoreSummary {
        try StoreError.translating(files.database) { try StoreQueries.summary(connection) }
    }
}
