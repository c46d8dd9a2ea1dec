import EventModel
import Logging
import NIOPosix
import Synchronization

/// The tokens of one source: several while they are replaced. They are fetched again now and then, so that a new one is taken up
/// without a restart.
final class TokenSet: Sendable {
    /// How often they are fetched in any case.
    static let interval: Duration = .seconds(60)
    /// The least time between two fetches that wrong tokens cause: guessing must not make us read files.
    static let mismatchInterval: Duration = .seconds(3)

    private struct State {
        var secrets: [Secret]
        var fetchedAt: ContinuousClock.Instant
        /// What could not be fetched the last time, so that it is reported once.
        var failures: [String]
    }

    let references: [SecretReference]
    private let state: Mutex<State>
    private let logger: Logger

    /// Fetches all of them. Reads files.
    /// - Throws: why one cannot be had; a source does not start with half of its tokens.
    init(_ references: [SecretReference], logger: Logger) throws(SecretError) {
        self.references = references
        self.logger = logger
        var secrets: [Secret] = []
        for reference in references { secrets.append(try reference.fetch()) }
        state = Mutex(State(secrets: secrets, fetchedAt: .now, failures: []))
    }

    /// Those that hold now; never empty.
    var current: [Secret] { state.withLock { $0.secrets } }

    /// Whether one of the texts is one of the tokens. Every pair is compared, so that time tells nothing of which one it was.
    func accepts(_ offered: [String]) -> Bool {
        var isAccepted = false
        for secret in current {
            for text in offered where secret.matches(text.utf8) { isAccepted = true }
        }
        return isAccepted
    }

    /// Fetches them again if the last time is so long ago. True if they are others than before.
    func refresh(after interval: Duration) async -> Bool {
        let isDue = state.withLock { state in
            guard ContinuousClock.now - state.fetchedAt >= interval else { return false }
            state.fetchedAt = .now
            return true
        }
        guard isDue else { return false }
        // Files, perhaps on a network: not on the threads that everything else runs on.
        let changed = try? await NIOThreadPool.singleton.runIfActive { self.fetch() }
        return changed ?? false  // Nil: the process ends.
    }

    private func fetch() -> Bool {
        var secrets: [Secret] = []
        var failures: [String] = []
        for reference in references {
            do throws(SecretError) {
                secrets.append(try reference.fetch())
            } catch {
                failures.append(error.description)
            }
        }
        let (isChanged, isNews) = state.withLock { state in
            let isNews = failures != state.failures
            state.failures = failures
            // A file that is being replaced is there again at the next look; until then the tokens before hold.
            guard failures.isEmpty else { return (false, isNews) }
            let isChanged = secrets.map(\.value) != state.secrets.map(\.value)
            state.secrets = secrets
            return (isChanged, false)
        }
        if isNews, let first = failures.first {
            logger.error("a token cannot be fetched; those before stay", metadata: ["error": "\(first)"])
        }
        if isChanged { logger.info("tokens fetched again") }
        return isChanged
    }

    /// Whether the two hold a token in common.
    func overlaps(_ other: TokenSet) -> Bool {
        let mine = current
        return other.current.contains { theirs in mine.contains { $0.matches(theirs.value.utf8) } }
    }
}
