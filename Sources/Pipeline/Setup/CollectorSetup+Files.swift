import Collectors
import EventModel
import Storage

extension CollectorSetup {
    func collector(_ source: Source, _ file: FileConfiguration) async throws -> any Collector {
        let stored = try await writer.cursors(prefix: FileCollector.cursorPrefix(source: source))
        return try FileCollector(
            source: source, configuration: file, cursors: stored.map { SourceCursor(name: $0.key, value: $0.value) }, sink: sink,
            logger: logger)
    }
}
