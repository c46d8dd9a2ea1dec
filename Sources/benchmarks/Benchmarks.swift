import ArgumentParser
import Glibc

/// Measures single parts of the engine in one process, for `scripts/bench`. Not installed.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks", abstract: "Measure parts of the engine.",
        subcommands: [
            BehaviourBench.self, LaneBench.self, NormaliseBench.self, WindowBench.self, SearchBench.self, StoreBench.self,
        ])
}

/// The CPU time of this thread.
enum ThreadClock {
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// The least of several runs: on a shared machine, the one that was disturbed least.
    static func least(_ runs: Int, _ body: () throws -> Void) rethrows -> Double {
        var least = Double.infinity
        for _ in 0..<max(1, runs) {
            let start = seconds
            try body()
            least = min(least, seconds - start)
        }
        return least
    }
}
