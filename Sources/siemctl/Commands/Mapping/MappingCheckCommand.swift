import ArgumentParser
import EventModel
import LocatedYAML
import Normaliser

extension MappingCommand {
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load mapping files and report everything that is wrong with them.",
            discussion: """
                Warns of what a file says in vain: shapes that another product takes, event types that a wildcard takes, sources \
                that are never looked at. Exits 1 when a file has an error.
                """)

        @Argument(help: "Files or folders; without them the folder of the configuration.")
        var paths: [String] = []

        @Option(
            name: .shortAndLong,
            help: """
                text, or json: {"mappings": n, "errors": [{"file", "line", "column", "message"}], "warnings": […]}.
                """)
        var output = Format.text

        @OptionGroup var configuration: ConfigurationOptions

        func run() throws {
            let check = try MappingCommand.check(paths, configuration)
            switch output {
            case .text:
                Diagnostics.print(check.diagnostics)
                Console.print("\(check.files.count) mapping files: \(Diagnostics.summary(check.diagnostics))")
            case .json:
                var writer = JSONWriter()
                writer.beginObject()
                writer.member("mappings", check.files.count)
                Diagnostics.write(check.diagnostics.filter { $0.severity == .error }, as: "errors", into: &writer)
                Diagnostics.write(check.diagnostics.filter { $0.severity == .warning }, as: "warnings", into: &writer)
                writer.endObject()
                Console.print(writer.text)
            }
            if check.hasErrors { throw ExitCode(CommandError.Status.failed.rawValue) }
        }
    }
}
