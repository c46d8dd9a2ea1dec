import ArgumentParser
import LocatedYAML
import Pipeline
import Sigma

struct RuleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rule", abstract: "Check, explain, match, run and test Sigma rules.",
        subcommands: [Check.self, Explain.self, Match.self, Run.self, Test.self, Reload.self])

    /// The rules at the paths given, else at those of the configuration.
    static func load(_ given: [String], _ configuration: Configuration) -> LoadedRules {
        SigmaLoader.load(paths: given.isEmpty ? configuration.rules : given, placeholders: configuration.placeholders)
    }

    /// Rules and the configuration's mappings, ready to run.
    static func setup(
        _ collection: SigmaCollection, _ configuration: Configuration, ignoringLogSource: Bool = false
    ) throws -> DetectionSetup {
        do throws(StartError) {
            return try DetectionSetup(
                collection, mappings: configuration.mappings, identities: configuration.identities,
                ignoringLogSource: ignoringLogSource)
        } catch {
            Diagnostics.print(error.diagnostics)
            throw CommandError(.environment, error.description)
        }
    }
}
