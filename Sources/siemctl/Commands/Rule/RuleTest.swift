import ArgumentParser
import LocatedYAML
import Pipeline

extension RuleCommand {
    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run the tests that stand beside rules (<rule>.test.yml).",
            discussion: "Exits 1 when a test fails, or when a rule that raises findings has none.")

        @Argument(help: "Files or folders of rules; without them those of the configuration.")
        var paths: [String] = []

        @OptionGroup var configuration: ConfigurationOptions

        func run() throws {
            let installation = try configuration.load()
            let setup: DetectionSetup
            do throws(StartError) {
                setup = try DetectionSetup(
                    rules: paths.isEmpty ? installation.rules : paths, mappings: installation.mappings,
                    identities: installation.identities, identity: installation.identity,
                    placeholders: installation.placeholders, enrichment: installation.enrichment)
            } catch {
                Diagnostics.print(error.diagnostics)
                throw CommandError(error.diagnostics.isEmpty ? .environment : .failed, error.description)
            }
            let outcome = RuleTests(setup).run()
            Diagnostics.print(outcome.failures)
            Console.print("\(outcome.passed) passed, \(outcome.failures.count) failed")
            if !outcome.failures.isEmpty { throw ExitCode(CommandError.Status.failed.rawValue) }
        }
    }
}
