import ArgumentParser
import EventModel
import LocatedYAML
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

    /// A list of diagnostics, as `rule check` writes them.
    static func write(_ diagnostics: [Diagnostic], _ key: String, into writer: inout JSONWriter) {
        writer.key(key)
        writer.beginArray()
        for diagnostic in diagnostics {
            writer.beginObject()
            writer.member("file", diagnostic.location.file)
            writer.member("line", diagnostic.location.line)
            writer.member("column", diagnostic.location.column)
            writer.member("message", diagnostic.message)
            writer.endObject()
        }
        writer.endArray()
    }
}
