import Detection
import EventModel
import Matching
import Normaliser
import ServiceLifecycle

/// One lane: decodes, maps and matches batches of records. Everything it works with is its own, so it takes no lock.
struct LaneStage: Service {
    let input: BoundedQueue<RecordBatch>
    let output: BoundedQueue<DetectedBatch>
    let rules: CurrentRules
    let makeNormaliser: @Sendable () -> Normaliser

    func run() async throws {
        let input = input
        try await withGracefulShutdownHandler {
            let normaliser = makeNormaliser()
            let scratch = MatchScratch()
            var detector = Detector(ruleSet: rules.value, scratch: scratch)
            // One batch at a time: between two of them the task can be suspended, and the next stage can start.
            while let batches = await input.pop(maximumCost: 1) {
                for records in batches {
                    let batch = normaliser.normalise(records)
                    let current = rules.value
                    if current !== detector.ruleSet { detector = Detector(ruleSet: current, scratch: scratch) }
                    let matches = RuleMatches(ruleSet: current, matches: detector.detect(batch))
                    try await output.push(DetectedBatch(batch: batch, matches: matches))
                }
            }
        } onGracefulShutdown: {
            input.finish()
        }
    }
}
