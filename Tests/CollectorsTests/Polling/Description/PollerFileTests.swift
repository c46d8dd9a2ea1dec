import Collectors
import Foundation
import LocatedYAML
import TestSupport
import Testing

struct PollerFileTests {
    @Test(arguments: PollConfiguration.names(in: PollSource.pollers))
    func everyShippedFileIsSound(_ name: String) throws {
        let (description, diagnostics) = PollerFile.read(YAMLFile(path: "\(PollSource.pollers)/\(name).yml"))
        #expect(diagnostics.isEmpty, "\(diagnostics.map(\.description).joined(separator: "\n"))")
        let poller = try #require(description)
        #expect(poller.name == name)
        #expect(!poller.defaultStreams.isEmpty)
        if let product = poller.product {
            let mapping = Programs.repository.appendingPathComponent("rules/mappings/\(product).yml").path
            #expect(FileManager.default.fileExists(atPath: mapping))
        }
    }

    @Test func everyProductIsTested() {
        #expect(PollConfiguration.names(in: PollSource.pollers) == allVendors.map(\.poller).sorted())
    }

    private static let sound = """
        poller: x
        base_url: https://{host}
        settings: {host: {help: h}}
        authentication: [{name: t, help: h, credentials: [token], type: header, value: "Bearer {token}"}]
        interval: 1m
        start: 1d
        rate: 5/1m
        streams:
          - name: s
            request: {path: /a, query: {since: "{from|rfc3339}"}}
            items: {path: items, time: t, id: id}
            window: {overlap: 1m}
        """

    @Test func theSmallestFile() {
        let (description, diagnostics) = PollerFile.read(YAMLFile(text: Self.sound, path: "x.yml"))
        #expect(description != nil && diagnostics.isEmpty)
    }

    @Test(arguments: [
        ("{from|rfc3339}", "{form|rfc3339}", #"did you mean "from"?"#), ("{from|rfc3339}", "{from|rfc}", "unknown filter"),
        ("rate: 5/1m", "rate: 5", "requests and a time"), ("window: {overlap: 1m}", "paging: {type: link}", "no position"),
        ("window: {overlap: 1m}", "window: {overlap: 1h, longest: 1h}", "never moves on"),
        ("time: t, ", "", "a window needs"), ("Bearer {token}", "Bearer {tokn}", #"did you mean "token"?"#),
        ("path: /a", "path: \"/a/{token}\"", "nothing is called"), ("items: {path", "items: {pth", "is \"pth\" meant to be it?"),
        ("type: header", "type: haeder", #"did you mean "header"?"#), ("interval: 1m", "intervall: 1m", #"is "intervall" meant to be it?"#),
        ("start: 1d\n", "start: 1d\nmore: 1\n", "unknown key"), ("https://{host}", "https://{hots}", #"did you mean "host"?"#),
    ])
    func whatIsWrongIsSaid(_ text: String, _ replacement: String, _ message: String) {
        let file = YAMLFile(text: Self.sound.replacing(text, with: replacement), path: "x.yml")
        let (description, diagnostics) = PollerFile.read(file)
        #expect(description == nil)
        #expect(diagnostics.contains { $0.message.contains(message) && $0.location.line > 0 }, "\(diagnostics)")
    }
}

struct PollerFileFuzzTests {
    private static let rounds = fuzzRounds(4_000) / 10

    /// Files with lines left out, doubled and mangled: a description or errors, never both, never a trap.
    @Test func mangledFiles() throws {
        var random = SeededGenerator(seed: 11)
        let texts = try PollConfiguration.names(in: PollSource.pollers).map {
            try String(contentsOfFile: "\(PollSource.pollers)/\($0).yml", encoding: .utf8)
        }
        for _ in 0..<Self.rounds {
            var lines = texts.randomElement(using: &random)!.split(separator: "\n").map(String.init)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<lines.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: lines.remove(at: index)
                case 1: lines.insert(lines[index], at: index)
                case 2: lines[index] = String(lines[index].dropLast(Int.random(in: 1...10, using: &random)))
                default:
                    let text = ["{", ":", "a", "1"].randomElement(using: &random)!
                    lines[index] = lines[index].replacing(text, with: ["}", "[", "é", "-9"].randomElement(using: &random)!)
                }
                if lines.isEmpty { lines = ["x"] }
            }
            let (description, diagnostics) = PollerFile.read(YAMLFile(text: lines.joined(separator: "\n"), path: "x.yml"))
            #expect((description == nil) == diagnostics.contains { $0.severity == .error })
        }
    }
}
