import ArgumentParser
import EventModel
import LocatedYAML
import Normaliser
import Pipeline
import Sigma

extension RuleCommand {
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load rules and report everything that is wrong with them.",
            discussion: """
                Warns of what loads but is hardly meant, and of rules that can never fire, since no known record of their \
                products carries their fields. Exits 1 when a rule has an error.
                """)

        @Argument(help: "Files or folders; without them those of the configuration.")
        var paths: [String] = []

        @Flag(help: "Print {\"rules\": n, \"errors\": [{\"file\", \"line\", \"column\", \"message\"}]}.")
        var json = false

        @OptionGroup var configuration: ConfigurationOptions

        func run() throws {
            let installation = try configuration.load()
            var loaded = RuleCommand.load(paths, installation)
            // Rules can be checked where no mappings are; nothing is known of fields then.
            if let mappings = ProductMappings.load(folder: installation.mappings, catalog: FieldCatalog()).0 {
                loaded.diagnostics += FieldWarnings.warnings(loaded.collection, products: mappings.products)
                loaded.diagnostics = loaded.diagnostics.inReadingOrder
            }
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
            Diagnostics.write(diagnostics.filter { $0.severity == .error }, as: "errors", into: &writer)
            Diagnostics.write(diagnostics.filter { $0.severity == .warning }, as: "warnings", into: &writer)
            writer.endObject()
            return writer.text
        }
    }
}
