import Enrichment
import LocatedYAML
import Logging
import ServiceLifecycle

/// Looks now and then whether files of enrichment have changed, and takes them over.
///
/// What cannot be read is told once, and the data from before stays; `RuleReloader` looks on SIGHUP.
struct EnrichmentStage: Service {
    let enrichment: Enrichment
    let logger: Logger

    func run() async throws {
        let interval = enrichment.checkInterval
        await cancelWhenGracefulShutdown {
            guard interval > 0 else {
                try? await gracefulShutdown()  // Nothing to do until the end; it is cancelled then.
                return
            }
            while (try? await Task.sleep(for: .microseconds(interval))) != nil {
                Self.refresh(enrichment, retries: false, logger)
            }
        }
    }

    static func refresh(_ enrichment: Enrichment, retries: Bool, _ logger: Logger) {
        let refresh = enrichment.refresh(retries: retries)
        for diagnostic in refresh.diagnostics {
            let level: Logger.Level = diagnostic.severity == .error ? .error : .warning
            logger.log(level: level, "\(diagnostic.message)", metadata: ["at": "\(diagnostic.location)"])
        }
        for file in refresh.changed { logger.info("enrichment reloaded", metadata: ["file": "\(file)"]) }
        if refresh.diagnostics.contains(where: { $0.severity == .error }) {
            logger.error("a file of enrichment cannot be read; what was read before stays")
        }
    }
}
