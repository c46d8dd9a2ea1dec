import EventModel
import Logging
import ServiceLifecycle
import Storage

/// Turns blocks that a restart does not read again into cold ones, and removes what has expired, beside everything else, in a
/// share of one core's time.
struct CompactionStage: Service {
    let compactor: Compactor
    let policy: CompactionPolicy
    let expiry: ExpiryStatus
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
        expiry.add(step.expired)
        told(step.expired, ["file": "siem.db", "action": "left out"])
        told(step.damagedBlocks)
    }

    private func told(_ report: RetentionReport) {
        expiry.add(report, at: .now())
        for file in report.files {
            told(file.expired, ["file": "\(file.name)", "action": "\(file.action.rawValue)", "kept": "\(file.kept)"])
        }
        for problem in report.problems { logger.error("events of a file could not expire", metadata: ["problem": "\(problem)"]) }
        told(report.damagedBlocks)
    }

    private func told(_ expired: [RetentionReport.Share], _ place: Logger.Metadata) {
        for share in expired {
            let share: Logger.Metadata = [
                "product": "\(share.product)", "limit": "\(share.limit)", "events": "\(share.events)", "bytes": "\(share.bytes)",
            ]
            logger.info("events have expired", metadata: place.merging(share) { _, new in new })
        }
    }

    private func told(_ damaged: [DamagedBlock]) {
        for damage in damaged {
            logger.error("a block could not be read; it stays as it is", metadata: ["block": "\(damage)"])
        }
    }
}
