import ArgumentParser
import CMalloc
import Console
import Glibc
import LocatedYAML
import Logging
import Pipeline
import ServiceLifecycle

/// The daemon: reads its arguments and configuration, builds the pipeline, runs it until SIGTERM or SIGINT.
@main
struct Siemd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "siemd",
        abstract: "Collect, correlate and store SaaS audit logs; tell of what is found.",
        discussion: """
            Without a configuration it listens for syslog on 127.0.0.1:5514, UDP and TCP, and keeps its store in ./data. \
            SIGHUP reads the rules again. Exits 0 after SIGTERM or SIGINT, 2 when the configuration or a rule is wrong, 3 when \
            the store or an address cannot be had.
            """)

    @Option(help: "The configuration; without it perimeter.yml here, else the defaults.")
    var config: String?

    func run() async throws {
        signal(SIGPIPE, SIG_IGN)
        // Rules are read again on it, once they have been read; until then it must not end the start.
        signal(SIGHUP, SIG_IGN)
        // The store holds what everybody did: for nobody else to read, whatever the caller's umask.
        umask(0o077)
        Self.keepFreedMemory()
        Self.allowManyConnections()
        let path = config ?? (access("perimeter.yml", R_OK) == 0 ? "perimeter.yml" : nil)
        let (read, diagnostics) = path.map(ConfigurationFile.read) ?? (.standard(in: "."), [])
        for diagnostic in diagnostics { Self.note(diagnostic.description) }
        guard let configuration = read else { throw ExitCode(2) }
        LoggingSystem.bootstrap {
            LineLogHandler(label: $0, level: configuration.log.level, format: configuration.log.format)
        }
        let logger = Logger(label: "siemd")
        let pipeline: IngestPipeline
        do {
            pipeline = try await IngestPipeline(configuration: configuration, logger: logger)
        } catch let error as StartError {
            for diagnostic in error.diagnostics { Self.note(diagnostic.description) }
            logger.critical("cannot start", metadata: ["error": "\(error)"])
            throw ExitCode(error.diagnostics.isEmpty ? 3 : 2)
        } catch {
            logger.critical("cannot start", metadata: ["error": "\(error)"])
            throw ExitCode(3)
        }
        do {
            try await pipeline.run(faces: try Self.faces(configuration, pipeline, logger) + [MemoryTender()])
        } catch {
            logger.critical("stopped by an error", metadata: ["error": "\(error)"])
            throw ExitCode(3)
        }
    }

    private static func faces(
        _ configuration: Configuration, _ pipeline: IngestPipeline, _ logger: Logger
    ) throws -> [any Service] {
        guard let metrics = configuration.metrics else { return [] }
        do {
            return [try ConsoleServer(configuration: metrics, board: pipeline.board, logger: logger)]
        } catch {
            throw StartError("the token of metrics: \(error)")
        }
    }

    /// Batches are a few hundred kilobytes each and live for milliseconds. Left to itself, malloc gets each from the kernel and
    /// gives it back, and the kernel clears every page again: a twentieth of the daemon's time.
    ///
    /// A batch is made by one thread and freed by another. With an arena for each thread, which is the default, each of them
    /// would grow to hold what the others have free.
    private static func keepFreedMemory() {
        mallopt(M_ARENA_MAX, 4)
        mallopt(M_MMAP_THRESHOLD, 32 << 20)
        mallopt(M_TRIM_THRESHOLD, 128 << 20)
        mallopt(M_TOP_PAD, 8 << 20)
    }

    /// Each connection is a descriptor. The soft limit is low for programs that use select(2), which we do not.
    private static func allowManyConnections() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)  // Refused: as many connections as there were.
    }

    private static func note(_ line: String) {
        var text = line + "\n"
        // Nobody is left to tell if standard error is closed.
        text.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
