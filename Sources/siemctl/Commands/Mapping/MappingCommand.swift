import ArgumentParser
import Normaliser
import Pipeline

struct MappingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mapping", abstract: "Check, test and explain mapping files.",
        subcommands: [Check.self, Test.self, Explain.self])

    enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

    /// The files at the paths given, else those of the configuration.
    static func check(_ paths: [String], _ configuration: ConfigurationOptions) throws -> MappingCheck {
        MappingCheck(paths: paths.isEmpty ? [try configuration.load().mappings] : paths)
    }
}
