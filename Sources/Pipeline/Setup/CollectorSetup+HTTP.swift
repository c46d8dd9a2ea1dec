import Collectors
import EventModel

extension CollectorSetup {
    /// The one listener of all sources over HTTP; nil if there are none.
    /// - Throws: `StartError` when a token or a certificate cannot be had, or two sources share a token.
    func httpListener() throws -> HTTPListener? {
        var entries: [(source: Source, configuration: HTTPSourceConfiguration)] = []
        for (entry, source) in zip(configuration.sources, sources) {
            if case .http(let http) = entry.door { entries.append((source, http)) }
        }
        guard !entries.isEmpty else { return nil }
        do throws(CollectorError) {
            return try HTTPListener(configuration: configuration.http, sources: entries, sink: sink, logger: logger)
        } catch {
            throw StartError(error.description)
        }
    }
}
