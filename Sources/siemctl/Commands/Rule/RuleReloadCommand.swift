import ArgumentParser
import EventModel
import Foundation
import Pipeline
import Storage

extension RuleCommand {
    struct Reload: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have the running siemd read its rules again.",
            discussion: """
                The set is taken whole or not at all; windows of rules that did not change go on. Exits 1 when siemd refused the \
                rules, 3 when it is not running or does not answer. The same as SIGHUP, with an answer.
                """)

        @OptionGroup var store: StoreOptions

        /// siemd answers with its next heartbeat, a second after; loading thousands of rules takes some more.
        private static let patience = 30
        private static let poll: Duration = .milliseconds(200)

        func run() async throws {
            let reader = try store.open()
            guard let beat = try await Self.heartbeat(reader), DaemonStatus.isAlive(beat) else {
                throw CommandError(.environment, "siemd is not running on this store")
            }
            let before = Self.reload(beat)?.endedAt ?? 0
            guard kill(beat.pid, SIGHUP) == 0 else {
                let reason = String(cString: strerror(errno))
                throw CommandError(.environment, "cannot signal siemd (process \(beat.pid)): \(reason)")
            }
            let end = ContinuousClock.now + .seconds(Self.patience)
            while ContinuousClock.now < end {
                try await Task.sleep(for: Self.poll)
                let answer = try await Self.heartbeat(reader).flatMap(Self.reload)
                guard let answer, answer.endedAt > before else { continue }
                try Self.tell(answer)
                return
            }
            throw CommandError(.environment, "siemd did not answer within \(Self.patience) s; its log may say why")
        }

        private static func tell(_ reload: RuleReload) throws {
            if reload.isAccepted {
                Console.print("reloaded: \(reload.rules) rules raise findings")
                return
            }
            for error in reload.errors { Console.note(error) }
            let rest = reload.errorCount - reload.errors.count
            if rest > 0 { Console.note("… and \(rest) more; siemctl rule check shows all") }
            throw CommandError(.failed, "siemd refused the rules; those in force stay (\(reload.rules) raise findings)")
        }

        private static func heartbeat(_ reader: StoreReader) async throws -> Heartbeat? {
            do { return try await reader.heartbeat() } catch { throw CommandError(.environment, "\(error)") }
        }

        private static func reload(_ beat: Heartbeat) -> RuleReload? { DaemonStatus(beat)?.reload }
    }
}
