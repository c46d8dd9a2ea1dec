import Collectors
import EventModel
import Logging
import ServiceLifecycle
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

    /// What takes records in.
    struct Doors {
        /// In the order of the sources.
        var collectors: [any Collector] = []
        /// What several collectors share: it runs beside them, and stops before them.
        var shared: [any Service] = []
    }

    func doors() async throws -> Doors {
        var doors = Doors()
        let http = try httpListener()
        if let http { doors.shared.append(http) }
        var httpSources = (http?.sources ?? []).makeIterator()
        for (entry, source) in zip(configuration.sources, sources) {
            switch entry.door {
            case .syslog(let syslog):
                doors.collectors.append(SyslogListener(source: source, configuration: syslog, sink: sink, logger: logger))
            case .file(let file): doors.collectors.append(try await collector(source, file))
            case .http: if let next = httpSources.next() { doors.collectors.append(next) }
            case .poll(let poll): doors.collectors.append(try await collector(source, poll))
            }
        }
        return doors
    }
}
