import EventModel
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Watches the ledger for sources that lose records or fall silent, the outbox for endpoints that are not reached, and drills for
/// those that failed, and says so in records of its own, which go the way of all records: stored once, found by `siemctl search`,
/// matched by the rules of `rules/health`, told by webhook.
final class HealthStage: Service {
    static let interval: Duration = .seconds(1)
    /// What was learned is stored at least this often; a crash forgets so much of it.
    private static let storeInterval: Int64 = 60_000_000
    /// Of those that were started latest; one that fails does so within the day.
    private static let watchedDrills = 100

    private let source: Source
    private let limits: [String: Int64?]
    private let endpoints: [String]
    private let writer: StoreWriter
    private let ingest: IngestQueues
    private let logger: Logger
    private let state = Mutex(HealthBook())

    /// - Parameters:
    ///   - source: the daemon itself.
    ///   - limits: each configured source's longest silence, in microseconds; nil: as learned.
    ///   - endpoints: the names of the receivers that are configured.
    init(
        source: Source, limits: [String: Int64?], endpoints: [String], writer: StoreWriter, ingest: IngestQueues, logger: Logger
    ) {
        self.source = source
        self.limits = limits
        self.endpoints = endpoints
        self.writer = writer
        self.ingest = ingest
        self.logger = logger
    }

    /// How a source does; nil before the first look.
    func health(of name: String) -> SourceHealth? { state.withLock { $0[source: name] } }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            var book = try await self.storedBook()
            var storedAt = Timestamp.distantPast
            while !Task.isCancelled {
                do {
                    let time = Timestamp.now()
                    let counts = try await self.counts()
                    var events = book.look(counts, limits: self.limits, at: time)
                    let troubles = try await self.writer.endpointTroubles()
                    events += book.look(
                        dead: troubles.dead, disabled: troubles.disabled, endpoints: self.endpoints, at: time)
                    events += book.look(try await self.writer.drills(limit: Self.watchedDrills), at: time)
                    self.state.withLock { $0 = book }
                    if !events.isEmpty || time - storedAt >= Self.storeInterval {
                        try await self.store(events, book, at: time)
                        storedAt = time
                    }
                    try await Task.sleep(for: Self.interval)
                } catch is CancellationError {
                    return
                }
            }
        }
    }

    private func storedBook() async throws -> HealthBook {
        guard let text = try await writer.cursor(named: HealthBook.cursorName) else { return HealthBook() }
        if let book = HealthBook(json: text) { return book }
        logger.warning("what was learned of the sources' cadence cannot be read; it is learned anew")
        return HealthBook()
    }

    private func counts() async throws -> [String: SourceHealth.Counts] {
        let accounts = try await writer.ledger().map {
            ($0.source, SourceHealth.Counts(received: $0.received, dropped: $0.dropped))
        }
        return Dictionary(accounts) { first, _ in first }
    }

    private func store(_ events: [HealthEvent], _ book: HealthBook, at time: Timestamp) async throws {
        var builder = RecordBatchBuilder(source: source)
        for event in events {
            logger.log(level: event.kind.isGood ? .notice : .warning, "\(event.message)")
            var text = event.json
            text.withUTF8 { builder.append(UnsafeRawBufferPointer($0), at: time) }
        }
        let cursor = SourceCursor(name: HealthBook.cursorName, value: book.json)
        if let batch = builder.finish(BatchProgress(cursor: cursor)) { try await ingest.push(batch) }
    }
}
