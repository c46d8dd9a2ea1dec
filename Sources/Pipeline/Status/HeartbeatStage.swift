import Collectors
import Detection
import EventModel
import Foundation
import Logging
import ServiceLifecycle
import Storage

/// Writes a sign of life into the store every second, for `siemctl status`, and sees to it that the store's log stays small.
struct HeartbeatStage: Service {
    static let interval: Duration = .seconds(1)

    let writer: StoreWriter
    let collectors: [any Collector]
    let doors: [String]
    let session: CorrelationSession
    let rules: CurrentRules
    let reloader: RuleReloader
    let expiry: ExpiryStatus
    /// Name and depth of each queue.
    let queues: @Sendable () -> [DaemonStatus.Queue]
    let logger: Logger

    func run() async throws {
        let startedAt = Timestamp.now()
        try await cancelWhenGracefulShutdown {
            // The first sign of life says that every door is open.
            for collector in collectors { try await collector.opened() }
            let ruleCount = rules.value.findingRules.count
            logger.info("ready", metadata: ["doors": "\(doors.joined(separator: ", "))", "rules": "\(ruleCount)"])
            var watch = LogWatch()
            while !Task.isCancelled {
                let log = await tendLog(&watch)
                await beat(startedAt: startedAt, log, watch.advice)
                do { try await Task.sleep(for: Self.interval) } catch is CancellationError { return }
            }
        }
    }

    private func tendLog(_ watch: inout LogWatch) async -> WriteAheadLog? {
        do {
            let log = try await writer.tendLog()
            switch watch.look(log) {
            case .warning(let advice): logger.warning("\(advice)", metadata: ["bytes": "\(log.bytes)"])
            case .recovered: logger.notice("the write-ahead log is small again", metadata: ["bytes": "\(log.bytes)"])
            case nil: break
            }
            return log
        } catch {
            logger.warning("cannot empty the write-ahead log", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func beat(startedAt: Timestamp, _ log: WriteAheadLog?, _ logWarning: String?) async {
        let sources = zip(collectors, doors).map { collector, door in
            let status = collector.status
            return DaemonStatus.SourceStatus(
                name: collector.source.name, door: door, openConnections: status.connectionsOpen,
                refusedConnections: status.connectionsRefused, polling: status.polling)
        }
        var status = DaemonStatus(
            rules: rules.value.findingRules.count, reload: reloader.last, groups: await session.liveGroups, queues: queues(),
            sources: sources)
        status.expiry = expiry.value
        status.logBytes = log?.bytes
        status.logWarning = logWarning
        do {
            let text = String(decoding: try JSONEncoder().encode(status), as: UTF8.self)
            try await writer.write(
                Heartbeat(pid: getpid(), startedAt: startedAt, updatedAt: .now(), status: text))
        } catch {
            logger.warning("cannot write the heartbeat", metadata: ["error": "\(error)"])
        }
    }
}
