import EventModel
import Logging
import ServiceLifecycle

/// Reads what is stored, in sequence, moves the windows, and commits what it concludes together with how far it has read (D2).
struct CorrelateStage: Service {
    /// A snapshot costs as much as the state is large; a replay as much as was stored since. Both stay within seconds.
    static let snapshotEvents: Int64 = 200_000
    static let snapshotInterval: Duration = .seconds(60)
    /// A finding that is raised waits so long at most: in a storm of them, one transaction serves many. It is committed with its
    /// deliveries alone (`CorrelationSession.Scope.raised`).
    static let raiseInterval: Duration = .milliseconds(50)
    /// Later states of known findings, and the position, are committed this often: a busy finding changes with every event, and
    /// is written once for all of them. Until then a crash costs a replay of as much, no more: the position never runs ahead of
    /// what was concluded up to it.
    static let tickInterval: Duration = .milliseconds(500)

    let input: BoundedQueue<CorrelationInput>
    let session: CorrelationSession
    /// Called after each commit that may owe deliveries.
    let wake: @Sendable () -> Void
    let logger: Logger

    func run() async throws {
        let input = input
        await withGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await tick() }
                await correlate()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            input.finish()
        }
    }

    private func tick() async {
        while true {
            do { try await Task.sleep(for: Self.tickInterval) } catch { return }
            // A full queue needs no tick: there is work, and it commits by itself.
            _ = input.offer(.tick)
        }
    }

    private func correlate() async {
        var lastCommit = ContinuousClock.now
        var lastTick = ContinuousClock.now
        var lastSnapshot = ContinuousClock.now
        while let group = await input.pop() {
            var stored: [(stored: StoredBatch, found: RuleMatches)] = []
            var hasTick = false
            for item in group {
                switch item {
                case .stored(let batch, let matches): stored.append((batch, matches))
                case .tick: hasTick = true
                }
            }
            await session.process(stored)
            // Beside something new it has nothing to say.
            if hasTick, stored.isEmpty { await session.advanceIfIdle(now: .now()) }
            if hasTick { await lookAround() }
            let now = ContinuousClock.now
            let standing = await session.standing
            let isSnapshotDue = standing.eventsSinceSnapshot > 0 && now - lastSnapshot >= Self.snapshotInterval
            let isBehind = standing.eventsSinceSnapshot >= Self.snapshotEvents
            let isTickDue = standing.hasNews && now - lastTick >= Self.tickInterval
            let scope: CorrelationSession.Scope
            if isSnapshotDue || isBehind || standing.wantsSnapshot {
                scope = .snapshot
            } else if isTickDue {
                scope = .everything
            } else if standing.hasRaised || standing.hasNotifications {
                scope = .raised
            } else {
                continue
            }
            if scope != .snapshot, standing.hasRaised, case let early = Self.raiseInterval - (now - lastCommit), early > .zero {
                do { try await Task.sleep(for: early) } catch { break }
            }
            await commitPatiently(scope)
            lastCommit = now
            if scope != .raised { lastTick = now }
            if scope == .snapshot { lastSnapshot = now }
            if standing.hasRaised || standing.hasNotifications { wake() }
        }
        await commitPatiently(.snapshot)
    }

    /// What people did is told with the next commit; what they did with deliveries, the dispatcher looks at itself.
    private func lookAround() async {
        do {
            if try await session.lookAround(now: .now()) { wake() }
        } catch {
            logger.error("cannot read what was done by hand; trying again", metadata: ["error": "\(error)"])
        }
    }

    /// Tries until it succeeds: what was concluded and not stored would be an alert lost.
    private func commitPatiently(_ scope: CorrelationSession.Scope) async {
        var pause: Duration = .milliseconds(100)
        while true {
            do {
                return try await session.commit(scope)
            } catch {
                logger.error("cannot store findings; trying again", metadata: ["error": "\(error)", "pause": "\(pause)"])
                do { try await Task.sleep(for: pause) } catch { return }
                pause = min(pause * 2, .seconds(10))
            }
        }
    }
}
