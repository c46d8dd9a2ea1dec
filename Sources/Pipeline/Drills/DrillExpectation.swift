import Alerting
import EventModel

/// Whom a configuration has told of a drill's findings.
struct DrillExpectation: Sendable {
    private let router: Router
    private let minimumLevels: [String: Level]

    /// - Throws: `StartError` if the routing is wrong.
    init(_ installation: Configuration) throws(StartError) {
        router = try RoutingSetup.router(installation)
        minimumLevels = Dictionary(installation.receivers.map { ($0.name, $0.minimumLevel) }) { first, _ in first }
    }

    /// Microseconds.
    var longestGroupWait: Int64 { minimumLevels.isEmpty ? 0 : router.routes.map(\.groupWait).max() ?? 0 }

    /// The names of the receivers, each once.
    func endpoints(for finding: Finding) -> [String] {
        let names = router.routes(for: FindingLabels(NotifiedFinding(finding))).map(\.receiver)
        return Set(names).filter { name in minimumLevels[name].map { finding.rule.level >= $0 } ?? false }.sorted()
    }
}
