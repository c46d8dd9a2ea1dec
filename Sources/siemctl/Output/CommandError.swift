import Pipeline
import Storage

/// Why a command could not do its work. The message says what is wrong and what to do.
struct CommandError: Error, CustomStringConvertible {
    /// The process's exit status, as documented in the README.
    enum Status: Int32 {
        /// Checks failed, or tests did.
        case failed = 1
        /// The command line, a query or a name is wrong.
        case usage = 2
        /// A file, the store or the daemon is not there.
        case environment = 3
        /// There is a result, but a part of the store could not be read.
        case partial = 4
    }

    let status: Status
    let description: String

    init(_ status: Status, _ description: String) {
        self.status = status
        self.description = description
    }

    /// What `body` gives; errors of the store as a command tells them.
    static func ofStore<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let error as StoreError {
            throw CommandError(.environment, "\(error)")
        }
    }

    /// What `body` gives; what the configuration lacks, a secret for example, as a command tells it.
    static func ofSetup<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as StartError {
            Diagnostics.print(error.diagnostics)
            throw CommandError(.usage, "\(error)")
        }
    }
}
