import ArgumentParser
import EventModel
import LocatedYAML
import Normaliser

extension MappingCommand {
    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the tests that stand in mapping files.",
            discussion: """
                Each failure is shown at the expectation that does not hold, with what was found. Events must be valid in OCSF, \
                too: what their class requires is there, and enumerations have values of theirs. Exits 1 when a test fails, or a \
                file has an error.
                """)

        @Argument(help: "Files or folders; without them the folder of the configuration.")
        var paths: [String] = []

        @Option(
            name: .shortAndLong,
            help: "text, or json: {\"passed\": n, \"failed\": n, \"untested\": [product], \"failures\": [{\"file\", …}]}.")
        var output = Format.text

        @OptionGroup var configuration: ConfigurationOptions

        func run() throws {
            let check = try MappingCommand.check(paths, configuration)
            guard let mappings = check.mappings, !check.hasErrors else {
                Diagnostics.print(check.diagnostics.filter { $0.severity == .error })
                throw CommandError(.failed, "the mapping files have errors")
            }
            let outcome = MappingTests(mappings).run()
            switch output {
            case .text:
                Diagnostics.print(outcome.failures)
                let untested = outcome.untested.count
                let rest = untested == 0 ? "" : "; \(untested) of \(check.files.count) files have no tests"
                Console.print("\(outcome.passed) passed, \(outcome.failed) failed\(rest)")
            case .json:
                var writer = JSONWriter()
                writer.beginObject()
                writer.member("passed", outcome.passed)
                writer.member("failed", outcome.failed)
                writer.member("untested", strings: outcome.untested)
                Diagnostics.write(outcome.failures, as: "failures", into: &writer)
                writer.endObject()
                Console.print(writer.text)
            }
            if outcome.failed > 0 { throw ExitCode(CommandError.Status.failed.rawValue) }
        }
    }
}
