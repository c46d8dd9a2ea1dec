import Collectors
import EventModel
import Logging
import Storage

/// Makes the collectors that a configuration asks for, each where the store says that it stopped. How one kind is made stands in
/// the file of that kind.
struct CollectorSetup {
    let configuration: Configuration
    /// One for each of `configuration.sources`.
    let sources: [Source]
    let sink: IngestQueues
    let writer: StoreWriter
    let logger: Logger

    /// In the order of the sources.
    func collectors() async throws -> [any Collector] {
        var collectors: [any Collector] = []
        for (entry, source) in zip(configuration.sources, sources) {
            switch entry.door {
            case .syslog(let syslog):
                collectors.append(SyslogListener(source: source, configuration: syslog, sink: sink, logger: logger))
            case .file(let file): collectors.append(try await collector(source, file))
            case .poll(let poll): collectors.append(try await collector(source, poll))
            }
        }
        return collectors
    }
}
