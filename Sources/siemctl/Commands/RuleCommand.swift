import ArgumentParser
import Detection
import EventModel
import LocatedYAML
import Normaliser
import Pipeline
import Sigma

struct RuleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rule", abstract: "Check, match and test Sigma rules.", subcommands: [Check.self, Match.self, Test.self])

    /// The rules at the paths given, else at those of the configuration.
    static func load(_ given: [String], _ configuration: Configuration) -> LoadedRules {
        RuleFiles.load(given.isEmpty ? configuration.rules : given, placeholders: configuration.placeholders)
    }
}

extension RuleCommand {
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load rules and report everything that is wrong with them.",
            discussion: "Exits 1 when a rule has an error.")

        @Argument(help: "Files or folders; without them those of the configuration.")
        var paths: [String] = []

        @Flag(help: "Print {\"rules\": n, \"errors\": [{\"file\", \"line\", \"column\", \"message\"}]}.")
        var json = false

        @OptionGroup var configuration: ConfigurationOptions

        func run() throws {
            let loaded = RuleCommand.load(paths, try configuration.load())
            let count = loaded.collection.rules.count + loaded.collection.correlations.count
            if json {
                Console.print(Self.json(count, loaded.diagnostics))
            } else {
                Diagnostics.print(loaded.diagnostics)
                Console.print("\(count) rules in \(loaded.files.count) files: \(Diagnostics.summary(loaded.diagnostics))")
            }
            if loaded.hasErrors { throw ExitCode(CommandError.Status.failed.rawValue) }
        }

        private static func json(_ count: Int, _ diagnostics: [Diagnostic]) -> String {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("rules", count)
            for (key, severity) in [("errors", Diagnostic.Severity.error), ("warnings", .warning)] {
                writer.key(key)
                writer.beginArray()
                for diagnostic in diagnostics where diagnostic.severity == severity {
                    writer.beginObject()
                    writer.member("file", diagnostic.location.file)
                    writer.member("line", diagnostic.location.line)
                    writer.member("column", diagnostic.location.column)
                    writer.member("message", diagnostic.message)
                    writer.endObject()
                }
                writer.endArray()
            }
            writer.endObject()
            return writer.text
        }
    }

    struct Match: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show which single-event rules match which records of a file.",
            discussion: "Rules with errors are left out; rule check shows them.")

        @Option(help: "Files or folders of rules; without it those of the configuration.")
        var rules: [String] = []

        @Option(help: "Raw records, a line each; - for standard input.")
        var events: String

        @Option(help: "The product that the records come from; without it their shape tells.")
        var product: String?

        @Flag(help: "Try every rule on every record, whatever its log source.")
        var ignoreLogsource = false

        @Flag(help: "Print {\"event\": index from 0, \"rule\": id} a line.")
        var json = false

        @OptionGroup var configuration: ConfigurationOptions

        func run() throws {
            let installation = try configuration.load()
            let loaded = RuleCommand.load(rules, installation)
            let setup: DetectionSetup
            do throws(StartError) {
                setup = try DetectionSetup(
                    loaded.collection, mappings: installation.mappings, identities: installation.identities,
                    ignoringLogSource: ignoreLogsource)
            } catch {
                Diagnostics.print(error.diagnostics)
                throw CommandError(.environment, error.description)
            }
            if let product, !setup.mappings.knows(product) {
                throw CommandError(.usage, DetectionSetup.unknownProduct(product, setup.mappings))
            }
            let records = try Console.read(events).split(separator: UInt8(ascii: "\n")).map(Array.init)
            let outcome = Rehearsal(setup).run(records, product: product)
            for match in outcome.matches {
                let rule = setup.ruleSet.rules[match.rule].metadata
                if json {
                    var writer = JSONWriter()
                    writer.beginObject()
                    writer.member("event", match.record)
                    writer.member("rule", rule.id)
                    writer.endObject()
                    Console.print(writer.text)
                } else {
                    Console.print("\(match.record + 1)  \(rule.level.rawValue)  \(rule.title)")
                }
            }
            if !json { Console.note("\(outcome.matches.count) matches of \(records.count) records") }
        }
    }

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
                    identities: installation.identities, placeholders: installation.placeholders)
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
