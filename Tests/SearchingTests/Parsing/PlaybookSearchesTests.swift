import Foundation
import Matching
import Searching
import Testing

/// What the playbooks tell people to run.
@Suite struct PlaybookSearchesTests {
    private static let folder = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 } + "/rules/playbooks"

    /// The queries of all playbooks, with the values that a finding could have.
    private static var queries: [(file: String, query: String)] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.sorted().flatMap { file in
            let text = (try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)) ?? ""
            return text.matches(of: /siemctl search '([^']*)'/).map { (file, String($0.output.1)) }
        }
    }

    private static func filled(_ query: String, identity: String, address: String) -> String {
        query.replacing("{{ identity }}", with: identity).replacing("{{ src_endpoint.ip }}", with: address)
            .replacing("{{ first_seen }}", with: "2026-11-20T08:00:00Z")
    }

    @Test(arguments: [("dana@example.com", "192.0.2.1"), ("?x??", "2001:db8::1"), ("github:4711", "192.0.2.1")])
    func `every search of the playbooks can be read`(identity: String, address: String) {
        #expect(Self.queries.count >= 40)
        for (file, query) in Self.queries {
            let text = Self.filled(query, identity: identity, address: address)
            #expect(!text.contains("{{"), "\(file): \(query)")
            #expect(throws: Never.self, "\(file): \(text)") { try SearchParser.parse(text) }
        }
    }

    /// Found by nobody, rather than everybody.
    @Test func `a search for what is not known is refused`() {
        for (file, query) in Self.queries where query.contains("{{ identity }}") {
            let text = Self.filled(query, identity: "(not known)", address: "(not known)")
            #expect(throws: QueryError.self, "\(file): \(text)") { try SearchParser.parse(text) }
        }
    }
}
