import Collectors
import Detection
import EventModel
import Foundation
import Logging
import Normaliser
import ServiceLifecycle
import Storage

/// Writes a sign of life into the store every second, for `siemctl status`, and sees to it that the store's log stays small.
struct HeartbeatStage: Service {
    static let interval: Duration = .seconds(1)
    /// Types of one product that the row tells apart: it is written every second. The metrics have all.
    private static let maximumTypes = 20

    let writer: StoreWriter
    let board: StatusBoard
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            // The first sign of life says that every door is open.
            for collector in board.collectors { try await collector.opened() }
            board.readiness.opened()
            let ruleCount = board.rules.value.findingRules.count
            logger.info("ready", metadata: ["doors": "\(board.doors.joined(separator: ", "))", "rules": "\(ruleCount)"])
            var watch = LogWatch()
            while !Task.isCancelled {
                let log = await tendLog(&watch)
                await beat(log, watch.advice)
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

    private func beat(_ log: WriteAheadLog?, _ logWarning: String?) async {
        var status = await board.daemon()
        status.unknownTypes = status.unknownTypes.map { UnknownEventTypes.most(Self.maximumTypes, of: $0) }
        status.logBytes = log?.bytes
        status.logWarning = logWarning
        do {
            let text = String(decoding: try JSONEncoder().encode(status), as: UTF8.self)
            try await writer.write(
                Heartbeat(pid: getpid(), startedAt: board.startedAt, updatedAt: .now(), status: text))
        } catch {
            logger.warning("cannot write the heartbeat", metadata: ["error": "\(error)"])
        }
    }
}
