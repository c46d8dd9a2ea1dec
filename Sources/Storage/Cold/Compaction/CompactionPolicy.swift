import EventModel

/// When cold blocks are made and events expire, and how much of a processor that may take.
public struct CompactionPolicy: Sendable, Equatable {
    /// The share of the time in which the compactor works while there is work.
    public var dutyCycle = 0.25
    /// How long it waits when there is nothing to do.
    public var idleInterval = Duration.seconds(10)
    /// Hot blocks are compacted after this long even if they do not fill a block, so that old events become small at low rates.
    public var maximumAge = Duration.seconds(6 * 3_600)

    /// What expires; nil: nothing does.
    public var retention: RetentionPolicy?
    /// How often is looked for what has expired.
    public var retentionInterval = Duration.seconds(3_600)

    public init() {}
}

extension Compactor {
    /// What `run` has done.
    public enum Progress: Sendable {
        case compacted(Step)
        /// What was looked for has expired, or nothing has.
        case expired(RetentionReport)
        /// After an error the work goes on a while later.
        case failed(any Error)
    }

    /// Compacts, and removes what has expired, until the task is cancelled. Both by turns: they change the same files.
    /// - Parameter report: told of everything that was done.
    public nonisolated func run(
        _ policy: CompactionPolicy = CompactionPolicy(), report: @Sendable (Progress) async -> Void
    ) async {
        let clock = ContinuousClock()
        var lastEager = clock.now
        var nextExpiry = clock.now
        var isSwept = false
        while !Task.isCancelled {
            let start = clock.now
            var pause = policy.idleInterval
            do {
                if !isSwept {
                    do {
                        try await sweep()
                    } catch let error as StoreError where error.code == .damaged {
                        // It is told once. A damaged file must not keep the others from being looked after.
                        await report(.failed(error))
                    }
                    isSwept = true
                }
                try await sweepWaiting()
                if let retention = policy.retention, clock.now >= nextExpiry {
                    // Before it is begun: what fails is tried again at the next look, and does not keep the rest waiting.
                    nextExpiry = clock.now + policy.retentionInterval
                    await report(.expired(try await expire(retention, now: .now())))
                }
                let isEager = start - lastEager >= policy.maximumAge
                if isEager { lastEager = start }
                var done = try await step(isEager: isEager)
                if done == nil { done = try await merge() }
                if let done {
                    await report(.compacted(done))
                    let worked = clock.now - start
                    pause = worked * (1 / min(max(policy.dutyCycle, 0.01), 1) - 1)
                }
            } catch {
                await report(.failed(error))
            }
            // Cancellation ends the sleep, and the loop.
            try? await clock.sleep(for: pause)
        }
    }
}
