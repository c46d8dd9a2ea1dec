import ArgumentParser
import EventModel
import Glibc
import LocatedYAML
import Normaliser
import Pipeline

/// What every command that needs the configuration takes.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: "The configuration; without it perimeter.yml here, else the defaults.")
    var config: String?

    /// The file that holds; nil when there is none.
    var path: String? { config ?? (access("perimeter.yml", R_OK) == 0 ? "perimeter.yml" : nil) }

    func load() throws -> Configuration {
        guard let path else { return .standard(in: ".") }
        let (configuration, diagnostics) = ConfigurationFile.read(path)
        guard let configuration else {
            Diagnostics.print(diagnostics)
            throw CommandError(.usage, "\(path) has errors; siemctl config check shows them again")
        }
        return configuration
    }
}

extension ConfigurationOptions {
    /// What is configured of identities; nothing if the configuration has errors, which are no business of a search.
    func identityNames() -> IdentityResolver {
        let (found, _) = path.map { ConfigurationFile.read($0) } ?? (.standard(in: "."), [])
        guard let found else { return IdentityResolver() }
        return IdentityResolver(
            found.identities.map { .init(canonical: $0.name, aliases: $0.aliases, learns: $0.learns) },
            forms: found.identity.forms)
    }
}

/// Diagnostics of files that people write, as compilers print them, to standard error.
enum Diagnostics {
    static func print(_ diagnostics: [Diagnostic]) {
        var files: [String: YAMLFile] = [:]
        for diagnostic in diagnostics {
            let path = diagnostic.location.file
            let file = files[path] ?? YAMLFile(path: path)
            files[path] = file
            Console.note(file.excerpt(of: diagnostic))
        }
    }

    /// A list under a key.
    static func write(_ diagnostics: [Diagnostic], as key: String, into writer: inout JSONWriter) {
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

    static func summary(_ diagnostics: [Diagnostic]) -> String {
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count - errors
        return "\(errors) error\(errors == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s")"
    }
}
