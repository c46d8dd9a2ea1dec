import Collectors
import EventModel
import Storage

extension CollectorSetup {
    func collector(_ source: Source, _ poll: PollConfiguration) async throws -> any Collector {
        var stored: [String: PollCollector.Stored] = [:]
        for name in PollCollector.cursorNames(source: source, configuration: poll) {
            let cursor = try await writer.cursor(named: name).map { SourceCursor(name: name, value: $0) }
            stored[name] = PollCollector.Stored(cursor: cursor, memory: try await writer.memory(named: name))
        }
        return try PollCollector(source: source, configuration: poll, stored: stored, sink: sink, logger: logger)
    }
}
