import ArgumentParser
import LocatedYAML
import Normaliser
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

    /// Rules and the configuration's mappings, ready to run. Rules that cannot run are told of and left out.
    /// - Parameter product: one that records are said to come from; it must be known.
    static func setup(
        _ collection: SigmaCollection, _ configuration: Configuration, product: String? = nil, ignoringLogSource: Bool = false
    ) throws -> DetectionSetup {
        let setup: DetectionSetup
        do throws(StartError) {
            setup = try DetectionSetup(
                collection, mappings: configuration.mappings, identities: configuration.identities,
                ignoringLogSource: ignoringLogSource)
        } catch {
            Diagnostics.print(error.diagnostics)
            throw CommandError(.environment, error.description)
        }
        if let product, !setup.mappings.knows(product) {
            throw CommandError(.usage, DetectionSetup.unknownProduct(product, setup.mappings))
        }
        return setup
    }

    /// Raw records, a line each, of a file or standard input.
    static func records(_ path: String) throws -> [[UInt8]] {
        try Console.read(path).split(separator: UInt8(ascii: "\n")).map(Array.init)
    }
}
