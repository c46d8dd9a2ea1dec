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
        public var status: Int32
        public var output: String
        public var errors: String

        public var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// Runs a built program (or an absolute path) to its end.
    public static func run(
        _ program: String, _ arguments: [String], input: Data = Data(), in folder: URL? = nil, environment: [String: String] = [:]
    ) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program.hasPrefix("/") ? program : path(program))
        process.arguments = arguments
        process.currentDirectoryURL = folder ?? repository
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // Files instead of pipes: no reader is needed beside the writer, whatever the sizes.
        let scratch = try TemporaryFolder()
        let (input, output, errors) = (try scratch.file("in", input), try scratch.file("out"), try scratch.file("err"))
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
}
