public import Foundation
import Synchronization

/// A program that a test started. It ends with this value, at the latest.
///
/// Not `Foundation.Process`: on Linux that gives its children the blocked signals of the thread that made them, and takes one for
/// running for as long as any other process has inherited a certain socket of it. The children of this one have no open file but the
/// three they are given and block no signal: one that outlives a test by mistake holds no pipe that somebody reads to its end.
public final class ChildProcess: Sendable {
    public enum Ending: Equatable, Sendable {
        case exited(Int32)
        case signalled(Int32)
    }

    public struct Failure: Error, CustomStringConvertible {
        public var description: String
    }

    public let processIdentifier: pid_t
    private let name: String
    /// Nil until it has ended and was waited for: from then on its number may be another's.
    private let ending = Mutex<Ending?>(nil)

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - program: the name of a built program, or a path.
    ///   - input, output, errors: paths of files; `output` and `errors` are appended to. Nil: nothing to read, and nothing is kept.
    ///   - folder: where it runs; nil: in the repository's root.
    ///   - environment: variables beside, and instead of, this process's own.
    public init(
        _ program: String, _ arguments: [String] = [], input: String? = nil, output: String? = nil, errors: String? = nil,
        in folder: URL? = nil, environment: [String: String] = [:]
    ) throws {
        name = program
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let appending = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output ?? "/dev/null", appending, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors ?? "/dev/null", appending, 0o600)
        _ = Self.addCloseFrom(&actions, 3)
        _ = Self.addChangeFolder(&actions, (folder ?? Programs.repository).path)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (blocked, usual) = (sigset_t(), sigset_t())
        sigemptyset(&blocked)
        sigfillset(&usual)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let path = program.contains("/") ? program : Programs.path(program)
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        var settings = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var identifier: pid_t = 0
        let error = posix_spawn(&identifier, path, &actions, &attributes, &words, &settings)
        guard error == 0 else { throw Failure(description: "\(path) does not start: \(String(cString: strerror(error)))") }
        processIdentifier = identifier
    }

    deinit { kill() }

    // The C library declares these for GNU sources only, and Swift does not read it as one.
    private typealias AddCloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
    private typealias AddChangeFolder =
        @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>) -> Int32
    private static let addCloseFrom = unsafeBitCast(
        dlsym(nil, "posix_spawn_file_actions_addclosefrom_np"), to: AddCloseFrom.self)
    private static let addChangeFolder = unsafeBitCast(
        dlsym(nil, "posix_spawn_file_actions_addchdir_np"), to: AddChangeFolder.self)

    public var isRunning: Bool { ended() == nil }

    /// Sends a signal, unless it has ended.
    public func signal(_ number: Int32) {
        ending.withLock { if $0 == nil { _ = Foundation.kill(processIdentifier, number) } }
    }

    /// `kill -9`, and waits until the process is gone.
    public func kill() {
        signal(SIGKILL)
        while isRunning { usleep(500) }
    }

    /// How it ended, once it has.
    ///
    /// - Throws: `Failure` if it does not in time. It is aborted then, so that it says where it was.
    @discardableResult
    public func wait(within limit: Duration = .seconds(120)) throws -> Ending {
        if let ending = ended(within: limit) { return ending }
        signal(SIGABRT)
        if ended(within: .seconds(10)) == nil { kill() }
        throw Failure(description: "\(name) did not end within \(limit), and was aborted")
    }

    private func ended(within limit: Duration) -> Ending? {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let ending = ended() { return ending }
            usleep(1_000)
        }
        return nil
    }

    private func ended() -> Ending? {
        ending.withLock { ending in
            var status: Int32 = 0
            if ending == nil, waitpid(processIdentifier, &status, WNOHANG) == processIdentifier {
                // As WIFEXITED and its like take it apart, in <sys/wait.h>.
                ending = status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f)
            }
            return ending
        }
    }
}
