import EventModel
import Logging
import Normaliser
import ServiceLifecycle
import Storage

/// Forgets names of accounts: those that somebody asks to forget (`siemctl identity forget`), and the oldest beyond the bound.
struct IdentityStage: Service {
    static let interval: Duration = .milliseconds(500)
    /// The bound is kept this often; between, the table may have a little more.
    private static let roundsPerTrim = 120

    let writer: StoreWriter
    /// Nil if nothing is learned.
    let learned: LearnedIdentities?
    let capacity: Int
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var round = 0
            while !Task.isCancelled {
                do {
                    try await forgetWhatIsAsked()
                    round += 1
                    if round.isMultiple(of: Self.roundsPerTrim) { try await writer.trimAliases(to: capacity) }
                    try await Task.sleep(for: Self.interval)
                } catch is CancellationError {
                    return
                } catch {
                    logger.warning("cannot forget names of accounts; it is tried again", metadata: ["error": "\(error)"])
                    do { try await Task.sleep(for: Self.interval) } catch { return }
                }
            }
        }
    }

    private func forgetWhatIsAsked() async throws {
        guard let names = try ForgetRequest.read(writer.files) else { return }
        for name in names {
            let forgotten = try await writer.forgetAliases(of: name)
            learned?.forget(forgotten)
            logger.notice("names of an account are forgotten", metadata: ["of": "\(name)", "names": "\(forgotten.count)"])
        }
        try ForgetRequest.remove(writer.files)
    }
}
