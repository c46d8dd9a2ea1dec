import Logging
import ServiceLifecycle
import Storage

/// Turns blocks that a restart does not read again into cold ones, beside everything else, in a share of one core's time.
struct CompactionStage: Service {
    let compactor: Compactor
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await compactor.run { result in
                switch result {
                case .success(let step): told(step)
                // The next try follows; what was begun is no part of the store yet.
                case .failure(let error): logger.error("compaction failed; it is tried again", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    private func told(_ step: Compactor.Step) {
        logger.debug(
            "compacted",
            metadata: [
                "events": "\(step.events)", "blocks": "\(step.coldBlocks)", "raw": "\(step.rawBytes)", "stored": "\(step.storedBytes)",
            ])
        for damage in step.damagedBlocks {
            logger.error("a block could not be read; it stays as it is", metadata: ["block": "\(damage)"])
        }
    }
}
