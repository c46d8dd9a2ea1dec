public import Foundation

/// The built programs, and the repository that the tests run in.
public enum Programs {
    /// The folder of the built programs: where the test program itself stands.
    public static let folder: URL = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: own).deletingLastPathComponent()
    }()

    /// The root of the repository, from the place of this source file.
    public static let repository: URL = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    public static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// What a program printed, and how it ended.
    public struct Result: Sendable {
        public var ending: ChildProcess.Ending
        public var output: String
        public var errors: String

        /// Its exit status; that of a signal is negative.
        public var status: Int32 {
            switch ending {
            case .exited(let status): status
            case .signalled(let number): -number
            }
        }

        public var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// Runs a built program (or a path) to its end.
    ///
    /// - Throws: `ChildProcess.Failure` if it does not start or has not ended after five minutes.
    public static func run(
        _ program: String, _ arguments: [String], input: Data = Data(), in folder: URL? = nil, environment: [String: String] = [:]
    ) throws -> Result {
        // Files instead of pipes: no reader is needed beside the writer, whatever the sizes.
        let scratch = try TemporaryFolder()
        let (input, output, errors) = (try scratch.file("in", input), try scratch.file("out"), try scratch.file("err"))
        let process = try ChildProcess(
            program, arguments, input: input.path, output: output.path, errors: errors.path, in: folder, environment: environment)
        let ending: ChildProcess.Ending
        do {
            ending = try process.wait(within: .seconds(300))
        } catch {
            let said = String(decoding: try Data(contentsOf: errors).suffix(4_000), as: UTF8.self)
            throw ChildProcess.Failure(description: "\(error): \(said)")
        }
        return Result(
            ending: ending,
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
}
