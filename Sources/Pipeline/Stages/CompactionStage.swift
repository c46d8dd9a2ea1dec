import Logging
import ServiceLifecycle
import Storage

/// Turns blocks that a restart does not read again into cold ones, and removes what has expired, beside everything else, in a
/// share of one core's time.
struct CompactionStage: Service {
    let compactor: Compactor
    let policy: CompactionPolicy
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await compactor.run(policy) { progress in
                switch progress {
                case .compacted(let step): told(step)
                case .expired(let report): told(report)
                // What was begun is no part of the store yet.
                case .failed(let error): logger.error("compaction failed; it is tried again", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    private func told(_ step: Compactor.Step) {
        logger.debug(
            "compacted",
            metadata: [
                "events": "\(step.events)", "blocks": "\(step.coldBlocks)", "raw": "\(step.rawBytes)",
                "stored": "\(step.storedBytes)",
            ])
        told(step.damagedBlocks)
    }

    private func told(_ report: RetentionReport) {
        for file in report.files {
            let events = file.expired.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            logger.info(
                "events have expired",
                metadata: [
                    "file": "\(file.name)", "action": "\(file.action.rawValue)", "events": "\(events)", "kept": "\(file.kept)",
                    "bytes": "\(file.bytes)",
                ])
        }
        told(report.damagedBlocks)
    }

    private func told(_ damaged: [DamagedBlock]) {
        for damage in damaged {
            logger.error("a block could not be read; it stays as it is", metadata: ["block": "\(damage)"])
        }
    }
}
