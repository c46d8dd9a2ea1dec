public import EventModel
public import Logging
import ServiceLifecycle

/// Tails one file: every complete line is a record, once, in order, over rotations and restarts.
///
/// Each batch carries the cursor after its last record, so that records and position are stored in one transaction.
public final class FileCollector: Collector {
    public let source: Source
    public let configuration: FileConfiguration
    private let sink: any RecordSink
    private let logger: Logger
    private let metrics = CollectorMetrics()
    private let reader: FileReader

    /// The name of the cursor that this source's batches carry.
    public static func cursorName(source: Source, path: String) -> String {
        FileCheckpoint.cursorName(source: source, path: path)
    }

    /// - Parameter cursor: the stored cursor; nil reads the file from its beginning. Throws when its text is not one of ours:
    ///   reading on from the beginning would store everything twice, so that is for a person to decide.
    public init(
        source: Source, configuration: FileConfiguration, cursor: SourceCursor? = nil, sink: any RecordSink, logger: Logger
    ) throws {
        var logger = logger
        logger[metadataKey: "source"] = "\(source.name)"
        let checkpoint: FileCheckpoint?
        do {
            checkpoint = try cursor.map { try FileCheckpoint($0) }
        } catch {
            throw CollectorError.badCursor(source: source.name, path: configuration.path, reason: "\(error)")
        }
        self.source = source
        self.configuration = configuration
        self.sink = sink
        self.logger = logger
        reader = FileReader(
            source: source, configuration: configuration, checkpoint: checkpoint,
            cursorName: Self.cursorName(source: source, path: configuration.path), metrics: metrics, logger: logger)
    }

    public var status: CollectorStatus { metrics.status }

    /// A file need not be there yet.
    public func opened() async throws {}

    /// Reads until graceful shutdown or cancellation.
    public func run() async throws {
        let watch = DirectoryWatch(directory: FileDirectory(of: configuration.path), pollInterval: configuration.pollInterval)
        defer { watch.stop() }
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
