import Alerting
import EventModel
import Logging
import ServiceLifecycle
import Storage

/// Runs drills by the clock. When each was last run stands in the store, so a restart neither repeats nor forgets one.
struct DrillStage: Service {
    private static let interval: Duration = .seconds(5)
    /// Who starts them, for the record.
    static let person = "schedule"
    /// Drills that are looked through for the last one of a scenario.
    private static let remembered = 1_000

    let schedule: [DrillSchedule.Entry]
    let scenarios: [String: DrillScenario]
    let installation: Configuration
    let reader: StoreReader
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: Self.interval)
                    try await runDue()
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("a drill cannot be run; trying again", metadata: ["error": "\(error)"])
                    do { try await Task.sleep(for: .seconds(60)) } catch { return }
                }
            }
        }
    }

    /// One after the other: two at a time would show how each disturbs the other.
    private func runDue() async throws {
        let drills = try await reader.drills(limit: Self.remembered).filter { $0.startedBy == Self.person }
        let last = Dictionary(drills.map { ($0.scenario, $0.startedAt) }, uniquingKeysWith: max)
        for entry in schedule where entry.isDue(last: last[entry.scenario], now: .now()) {
            // Checked at the start.
            guard let scenario = scenarios[entry.scenario] else { continue }
            let run = try DrillRun(scenario, through: entry.source, installation, by: Self.person)
            let report = try await run.run(reader)
            // A failure is told by `HealthStage`.
            logger.info("drill \(entry.scenario): \(report.summary)", metadata: ["drill": "\(report.id)"])
        }
    }
}
