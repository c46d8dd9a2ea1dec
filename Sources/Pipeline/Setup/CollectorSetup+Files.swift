import Collectors
import EventModel
import Storage

extension CollectorSetup {
    func collector(_ source: Source, _ file: FileConfiguration) async throws -> any Collector {
        let name = FileCollector.cursorName(source: source, path: file.path)
        let cursor = try await writer.cursor(named: name).map { SourceCursor(name: name, value: $0) }
        return try FileCollector(source: source, configuration: file, cursor: cursor, sink: sink, logger: logger)
    }
}
