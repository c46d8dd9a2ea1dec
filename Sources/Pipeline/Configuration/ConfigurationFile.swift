import EventModel
import Glibc
public import LocatedYAML
import Logging

/// Reads `perimeter.yml`. Everything that is wrong with it is reported at once, with file, line and column.
public enum ConfigurationFile {
    /// The configuration in a file; nil with the reasons when there are errors. Warnings come along in either case.
    public static func read(_ path: String) -> (Configuration?, [Diagnostic]) {
        read(YAMLFile(path: path), in: folder(of: path))
    }

    /// The configuration in `file`, its relative paths seen from `folder`.
    public static func read(_ file: YAMLFile, in folder: String) -> (Configuration?, [Diagnostic]) {
        let log = DiagnosticLog(file.diagnostics)
        if file.documents.count > 1 {
            log.error(at: file.documents[1].location, "a configuration is one YAML document; remove the \"---\" before this one")
        }
        var configuration = Configuration.standard(in: folder)
        if let root = file.documents.first, !root.isNull {
            read(YAMLSection(root, log: log), into: &configuration, in: folder)
        }
        return (log.hasErrors ? nil : configuration, log.sorted)
    }

    private static func read(_ root: YAMLSection, into configuration: inout Configuration, in folder: String) {
        if let data = root.string("data") { configuration.data = resolve(data, in: folder) }
        let rules = root.strings("rules")
        if !rules.isEmpty { configuration.rules = rules.map { resolve($0, in: folder) } }
        if let health = root.string("health_rules") { configuration.healthRules = resolve(health, in: folder) }
        if let mappings = root.string("mappings") { configuration.mappings = resolve(mappings, in: folder) }
        if let playbooks = root.string("playbooks") { configuration.playbooks = resolve(playbooks, in: folder) }
        if let vendors = root.string("vendors") { configuration.vendors = resolve(vendors, in: folder) }
        if let pollers = root.string("pollers") { configuration.pollers = resolve(pollers, in: folder) }
        if let placeholders = root.section("placeholders") {
            for name in placeholders.keys { configuration.placeholders[name] = placeholders.strings(name) }
        }
        configuration.http = http(root, in: folder)
        if root.has("sources") {
            configuration.sources = sources(root, in: folder, http: configuration.http, pollers: configuration.pollers)
        }
        configuration.identity = identityRules(root, sources: configuration.sources)
        configuration.identities = identities(root, forms: configuration.identity.forms)
        var receivers: [String: SourceLocation] = [:]
        configuration.webhooks = webhooks(root, &receivers, in: folder)
        configuration.mail = mail(root, &receivers, in: folder)
        configuration.routing = routing(root, configuration)
        readDrills(root, into: &configuration, in: folder)
        configuration.retrySchedule = (root.list("retry_schedule") ?? []).compactMap { item in
            let pause = item.scalar.flatMap { DurationText.microseconds($0.text) }
            if pause == nil { root.log.error(at: item.location, "each item of \"retry_schedule\" must be a duration such as 5s") }
            return pause
        }
        if let log = root.section("log") {
            configuration.log.level = log.choice("level", of: Logger.Level.self) ?? .info
            configuration.log.format = log.choice("format", of: LineLogHandler.Format.self) ?? .text
            log.finish()
        }
        configuration.privacy = privacy(root, in: folder)
        readMetrics(root, into: &configuration, in: folder)
        readRetention(root, into: &configuration)
        configuration.risk = risk(root)
        readEnrichment(root, into: &configuration, in: folder)
        if let correlation = root.section("correlation") {
            configuration.correlationShards = correlation.int("shards", in: 1...ShardCount.maximum)
            correlation.finish()
        }
        if let remembered = root.int("remembered_events", in: 0...50_000_000) { configuration.rememberedEvents = remembered }
        root.finish()
    }

    /// Where a secret is, as a text says.
    /// - Parameter what: what the secret is to people.
    static func secret(
        _ text: String, _ section: YAMLSection, _ key: String, what: String = "secret", in folder: String
    ) -> SecretReference? {
        let secret = SecretReference(text, relativeTo: folder)
        // The text is not repeated: it may be the secret itself.
        if secret == nil {
            section.error(key, "\"\(key)\" must say where the \(what) is: \(SecretReference.forms), not the \(what) itself")
        }
        return secret
    }

    /// Names stand in the ledger and in cursors, so they are plain words, and unique.
    static func uniqueName(_ section: YAMLSection, _ taken: inout [String: SourceLocation]) -> String? {
        guard let name = section.requiredString("name") else { return nil }
        if !isPlainName(name) {
            section.error("name", "\"name\" must be at most 64 \(plainNameLetters)")
            return nil
        }
        if let first = taken[name] {
            section.error("name", "the name \"\(name)\" is taken by the entry at line \(first.line); names are unique")
            return nil
        }
        taken[name] = section.location(of: "name")
        return name
    }

    static let plainNameLetters = "letters, digits, \"-\", \"_\" or \".\""

    /// Whether a name is of these letters, and not too long.
    static func isPlainName(_ name: String) -> Bool {
        let allowed = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
        return allowed && (1...64).contains(name.utf8.count)
    }

    /// An absolute path; relative ones are seen from `folder`.
    static func resolve(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") ? path : folder + "/" + path
    }

    /// A part of the installation: in `folder`, else where packages put it.
    static func installed(_ path: String, in folder: String) -> String {
        let here = resolve(path, in: folder)
        let shared = "/usr/share/perimeter/" + path
        return access(here, R_OK) != 0 && access(shared, R_OK) == 0 ? shared : here
    }

    /// The same for a folder that need not be there.
    static func installedFolder(_ path: String, in folder: String) -> String? {
        let found = installed(path, in: folder)
        return access(found, R_OK) == 0 ? found : nil
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
