import Logging

/// Tells of each path that cannot be read once, and again when the reason is another one.
struct ProblemLog {
    /// More paths are not told one by one.
    private static let maximumPaths = 1_000

    private var reasons: [FilePath: String] = [:]
    private var isFull = false

    /// Paths that cannot be read now.
    var count: Int { reasons.count }

    mutating func report(_ path: FilePath, _ reason: String, _ logger: Logger) {
        guard reasons[path] != reason else { return }
        guard reasons[path] != nil || reasons.count < Self.maximumPaths else {
            if !isFull { logger.error("more than \(Self.maximumPaths) paths cannot be read; the others are not named") }
            isFull = true
            return
        }
        reasons[path] = reason
        logger.warning("cannot read a file; trying again", metadata: ["path": "\(path)", "reason": "\(reason)"])
    }

    mutating func resolved(_ path: FilePath, _ logger: Logger) {
        guard !reasons.isEmpty, reasons.removeValue(forKey: path) != nil else { return }
        isFull = false
        logger.info("the file can be read again", metadata: ["path": "\(path)"])
    }

    /// All that a look found wrong with what the patterns match; what it found before and not again is no problem any more.
    mutating func listed(_ problems: Set<FileProblem>, _ earlier: Set<FileProblem>, _ logger: Logger) {
        for problem in earlier.subtracting(problems) where reasons[problem.path] == problem.reason { reasons[problem.path] = nil }
        for problem in problems.subtracting(earlier).sorted(by: { $0.path < $1.path }) {
            report(problem.path, problem.reason, logger)
        }
    }
}
