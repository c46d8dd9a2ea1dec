import Detection
import Enrichment
import EventModel
import LocatedYAML
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Reads the rules again on SIGHUP, and the files of enrichment that have changed.
///
/// The set is taken whole or not at all: with one error in it the rules in force stay, and the reason is logged and told by the
/// heartbeat. Windows of rules that did not change go on; those of changed rules begin empty. What was matched with the rules
/// before and is not yet correlated is matched again with the new ones. Mappings, sources and all else of the
/// configuration are read at the start alone.
final class RuleReloader: Service {
    private let configuration: Configuration
    private let setup: DetectionSetup
    private let current: CurrentRules
    private let session: CorrelationSession
    private let logger: Logger
    private let outcome = Mutex<RuleReload?>(nil)

    init(
        configuration: Configuration, setup: DetectionSetup, current: CurrentRules, session: CorrelationSession, logger: Logger
    ) {
        self.configuration = configuration
        self.setup = setup
        self.current = current
        self.session = session
        self.logger = logger
    }

    /// How the last one ended; nil before the first.
    var last: RuleReload? { outcome.withLock { $0 } }

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        await cancelWhenGracefulShutdown {
            for await _ in signals { await self.reload() }
        }
    }

    /// Loads, checks and swaps the rules.
    func reload() async {
        if let enrichment = setup.enrichment { EnrichmentStage.refresh(enrichment, retries: true, logger) }
        let (ruleSet, diagnostics) = setup.reloadedRules(configuration)
        for diagnostic in diagnostics {
            let level: Logger.Level = diagnostic.severity == .error ? .error : .warning
            logger.log(level: level, "\(diagnostic.message)", metadata: ["at": "\(diagnostic.location)"])
        }
        if let ruleSet {
            // First the correlator, which matches again what comes with other rules than its own; then the lanes.
            await session.replace(rules: ruleSet)
            current.replace(with: ruleSet)
            logger.info("rules reloaded", metadata: ["rules": "\(ruleSet.findingRules.count)", "set": "\(ruleSet.fingerprint)"])
        } else {
            logger.error("the new rules have errors; those in force stay")
        }
        let errors = diagnostics.filter { $0.severity == .error }
        outcome.withLock {
            $0 = RuleReload(
                endedAt: Timestamp.now().microseconds, rules: current.value.findingRules.count,
                errors: errors.prefix(RuleReload.keptErrors).map(\.description), errorCount: errors.count)
        }
    }
}
