public import EventModel
public import Logging
import ServiceLifecycle

/// Tails files: every complete line, or JSON object, is a record, once, in the order of its file, over rotations, compressions
/// and restarts. docs/files.md says what happens when.
///
/// Each batch carries the cursor of its file after its last record, so that records and position are stored in one transaction.
public final class FileCollector: Collector {
    public let source: Source
    public let configuration: FileConfiguration
    private let sink: any RecordSink
    private let logger: Logger
    private let metrics = CollectorMetrics()
    private let changes = FileChanges()
    private let reader: FileReader

    /// How the names of all cursors begin that this source's batches carry.
    public static func cursorPrefix(source: Source) -> String {
        FileCheckpoint.cursorPrefix(source: source)
    }

    /// - Parameter cursors: the stored cursors whose names begin with `cursorPrefix`; a file without one is read from its
    /// beginning.
    ///
    /// Throws `CollectorError` when a pattern is none, or the text of a cursor is not one of ours: reading on from the beginning
    /// would store everything twice, so that is for a person to decide.
    public init(
        source: Source, configuration: FileConfiguration, cursors: [SourceCursor] = [], sink: any RecordSink, logger: Logger
    ) throws {
        var logger = logger
        logger[metadataKey: "source"] = "\(source.name)"
        self.source = source
        self.configuration = configuration
        self.sink = sink
        self.logger = logger
        do {
            reader = try FileReader(
                source: source, configuration: configuration, patterns: try configuration.paths.flatMap(GlobPattern.all),
                excluded: try configuration.excluded.flatMap(GlobPattern.all), cursors: cursors, changes: changes,
                metrics: metrics, logger: logger)
        } catch let error as GlobError {
            throw CollectorError.badPattern(source: source.name, reason: "\(error)")
        }
    }

    public var status: CollectorStatus { metrics.status }

    /// A file need not be there yet.
    public func opened() async throws {}

    /// Reads until graceful shutdown or cancellation.
    public func run() async throws {
        let watch = DirectoryWatch(label: source.name, pollInterval: configuration.pollInterval, changes: changes)
        defer { watch.stop() }
        await reader.attach(watch)
        try await withGracefulShutdownHandler {
            for await _ in watch.wakeUps { try await readAll() }
            try Task.checkCancellation()
        } onGracefulShutdown: {
            watch.stop()
        }
    }

    /// Everything that can be read now.
    private func readAll() async throws {
        while !Task.isShuttingDownGracefully {
            switch await reader.step() {
            case .batch(let batch):
                try await sink.push(batch)
                metrics.handedOver(batch)
            case .lost(let records):
                sink.dropped(records, reason: .sourceTruncated, source: source)
                metrics.dropped.add(records)
            case .again: try Task.checkCancellation()
            case .idle: return
            }
        }
    }
}
