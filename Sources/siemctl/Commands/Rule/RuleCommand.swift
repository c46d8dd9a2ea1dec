import ArgumentParser
import LocatedYAML
import Pipeline
import Sigma

struct RuleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rule", abstract: "Check, explain, match, run, backtest and test Sigma rules.",
        subcommands: [Check.self, Explain.self, Match.self, Run.self, Backtest.self, Test.self, Coverage.self, Reload.self])

    /// The rules at the paths given, else at those of the configuration.
    static func load(_ given: [String], _ configuration: Configuration) -> LoadedRules {
        SigmaLoader.load(paths: given.isEmpty ? configuration.rules : given, placeholders: configuration.placeholders)
    }

    /// The one rule with this id, name or title.
    static func rule(called rule: String, in loaded: LoadedRules) throws -> RuleMetadata {
        let found = loaded.collection.metadata.filter { [$0.id, $0.name, $0.title].contains(rule) }
        guard let metadata = found.first else {
            let names = loaded.collection.metadata.flatMap { [$0.name, $0.title].compactMap { $0 } }
            let errors = loaded.diagnostics.count { $0.severity == .error }
            let hint = errors == 0 ? "" : "; \(errors) errors in the files may have kept it out: siemctl rule check"
            throw CommandError(
                .usage, "no rule has the id, name or title \"\(rule)\"\(Suggestion.hint(for: rule, among: names))\(hint)")
        }
        guard found.count == 1 else {
            let ids = found.map { "\($0.id) (\($0.location))" }.joined(separator: ", ")
            throw CommandError(.usage, "several rules are called \"\(rule)\": \(ids)")
        }
        return metadata
    }

    /// Rules and the configuration's mappings, ready to run.
    static func setup(
        _ collection: SigmaCollection, _ configuration: Configuration, ignoringLogSource: Bool = false
    ) throws -> DetectionSetup {
        do throws(StartError) {
            return try DetectionSetup(
                collection, mappings: configuration.mappings, identities: configuration.identities,
                identity: configuration.identity, enrichment: configuration.enrichment, ignoringLogSource: ignoringLogSource)
        } catch {
            Diagnostics.print(error.diagnostics)
            throw CommandError(.environment, error.description)
        }
    }
}
