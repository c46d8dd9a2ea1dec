/// When cold blocks are made, and how much of a processor that may take.
public struct CompactionPolicy: Sendable, Equatable {
    /// The share of the time in which the compactor works while there is work.
    public var dutyCycle = 0.25
    /// How long it waits when there is nothing to do.
    public var idleInterval = Duration.seconds(10)
    /// Hot blocks are compacted after this long even if they do not fill a block, so that old events become small at low rates.
    public var maximumAge = Duration.seconds(6 * 3_600)

    public init() {}
}

extension Compactor {
    /// Compacts until the task is cancelled.
    /// - Parameter report: told of each step, and of errors, after which the work goes on a while later.
    public nonisolated func run(
        _ policy: CompactionPolicy = CompactionPolicy(), report: @Sendable (Result<Step, any Error>) async -> Void
    ) async {
        let clock = ContinuousClock()
        var lastEager = clock.now
        var isSwept = false
        while !Task.isCancelled {
            let start = clock.now
            var pause = policy.idleInterval
            do {
                if !isSwept {
                    try await sweep()
                    isSwept = true
                }
                try await sweepWaiting()
                let isEager = start - lastEager >= policy.maximumAge
                if isEager { lastEager = start }
                var done = try await step(isEager: isEager)
                if done == nil { done = try await merge() }
                if let done {
                    await report(.success(done))
                    let worked = clock.now - start
                    pause = worked * (1 / min(max(policy.dutyCycle, 0.01), 1) - 1)
                }
            } catch {
                await report(.failure(error))
            }
            // Cancellation ends the sleep, and the loop.
            try? await clock.sleep(for: pause)
        }
    }
}
