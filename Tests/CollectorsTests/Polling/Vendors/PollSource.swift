import Collectors
import EventModel
import Foundation
import LocatedYAML
import TestSupport

/// A source as a person configures it, with the poller's real file.
struct PollSource {
    static let pollers = Programs.repository.appendingPathComponent("rules/pollers").path

    let folder: TemporaryFolder
    let configuration: PollConfiguration

    struct Wrong: Error, CustomStringConvertible {
        var diagnostics: [Diagnostic]
        var description: String { diagnostics.map(\.description).joined(separator: "\n") }
    }

    init(_ vendor: any Vendor, url: String) throws {
        folder = try TemporaryFolder()
        var lines = ["poller: \(vendor.poller)", "base_url: \(url)", "token_url: \(url)/oauth/token"]
        lines.append("streams: [\(vendor.streams.joined(separator: ", "))]")
        if !vendor.settings.isEmpty {
            lines.append("settings: {\(vendor.settings.map { "\($0.key): \"\($0.value)\"" }.joined(separator: ", "))}")
        }
        lines.append("credentials:")
        for (name, secret) in vendor.credentials {
            try folder.file(name, Data(secret.utf8))
            lines.append("  \(name): file:\(name)")
        }
        configuration = try Self.read(lines.joined(separator: "\n"), in: folder.url.path)
    }

    /// Reads the keys of a source that pollers have.
    static func read(_ text: String, in folder: String, pollers: String = Self.pollers) throws -> PollConfiguration {
        let file = YAMLFile(text: text, path: "perimeter.yml")
        let log = DiagnosticLog(file.diagnostics)
        guard let root = file.documents.first else { throw Wrong(diagnostics: log.sorted) }
        let section = YAMLSection(root, log: log)
        let configuration = PollConfiguration.read(section, pollers: pollers, in: folder, maximumRecord: nil)
        section.finish()
        guard let configuration, !log.hasErrors else { throw Wrong(diagnostics: log.sorted) }
        return configuration
    }

    /// What is stored of it.
    func stored(_ source: Source, in store: ModelStore) -> [String: PollCollector.Stored] {
        var stored: [String: PollCollector.Stored] = [:]
        for name in PollCollector.cursorNames(source: source, configuration: configuration) {
            stored[name] = .init(cursor: store.cursor(name), memory: store.memory(name))
        }
        return stored
    }
}
