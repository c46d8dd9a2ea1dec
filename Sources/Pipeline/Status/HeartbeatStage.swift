import Collectors
import Detection
import EventModel
import Foundation
import Logging
import ServiceLifecycle
import Storage

/// Writes a sign of life into the store every second, for `siemctl status`.
struct HeartbeatStage: Service {
    static let interval: Duration = .seconds(1)

    let writer: StoreWriter
    let collectors: [any Collector]
    let doors: [String]
    let session: CorrelationSession
    let rules: CurrentRules
    let reloader: RuleReloader
    /// Name and depth of each queue.
    let queues: @Sendable () -> [DaemonStatus.Queue]
    let logger: Logger

    func run() async throws {
        let startedAt = Timestamp.now()
        try await cancelWhenGracefulShutdown {
            // The first sign of life says that every door is open.
            for case let listener as SyslogListener in collectors { _ = try await listener.boundPort }
            let ruleCount = rules.value.findingRules.count
            logger.info("ready", metadata: ["doors": "\(doors.joined(separator: ", "))", "rules": "\(ruleCount)"])
            while !Task.isCancelled {
                await beat(startedAt: startedAt)
                do { try await Task.sleep(for: Self.interval) } catch is CancellationError { return }
            }
        }
    }

    private func beat(startedAt: Timestamp) async {
        let sources = zip(collectors, doors).map { collector, door in
            DaemonStatus.SourceStatus(
                name: collector.source.name, door: door, openConnections: collector.status.connectionsOpen,
                refusedConnections: collector.status.connectionsRefused)
        }
        let status = DaemonStatus(
            rules: rules.value.findingRules.count, reload: reloader.last, groups: await session.liveGroups, queues: queues(),
            sources: sources)
        do {
            let text = String(decoding: try JSONEncoder().encode(status), as: UTF8.self)
            try await writer.write(
                Heartbeat(pid: getpid(), startedAt: startedAt, updatedAt: .now(), status: text))
        } catch {
            logger.warning("cannot write the heartbeat", metadata: ["error": "\(error)"])
        }
    }
}
