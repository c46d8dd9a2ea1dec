import Detection
import EventModel
import Normaliser
import ServiceLifecycle

/// One lane: decodes, maps and matches batches of records. Everything it works with is its own, so it takes no lock.
struct LaneStage: Service {
    let input: BoundedQueue<RecordBatch>
    let output: BoundedQueue<DetectedBatch>
    let rules: RuleSet
    let makeNormaliser: @Sendable () -> Normaliser

    func run() async throws {
        let input = input
        try await withGracefulShutdownHandler {
            let normaliser = makeNormaliser()
            var detector = Detector(ruleSet: rules)
            // One batch at a time: between two of them the task can be suspended, and the next stage can start.
            while let batches = await input.pop(maximumCost: 1) {
                for records in batches {
                    let batch = normaliser.normalise(records)
                    try await output.push(DetectedBatch(batch: batch, matches: detector.detect(batch)))
                }
            }
        } onGracefulShutdown: {
            input.finish()
        }
    }
}
