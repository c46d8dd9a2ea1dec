import EventModel
import Foundation
import LocatedYAML
import Normaliser
import Testing

/// What is told of how a record became an event.
@Suite struct MappingExplainerTests {
    private func explain(_ record: String, _ text: String = MappingFileTests.valid, product: String? = nil) throws -> [MappingExplanation] {
        let (mappings, diagnostics) = ProductMappings.load([YAMLFile(text: text, path: "example.yml")], catalog: FieldCatalog())
        let explainer = MappingExplainer(
            mappings: try #require(mappings, "\(diagnostics)"), product: product, receivedAt: NormaliserFixture.receivedAt)
        var record = record
        return record.withUTF8 { explainer.explain(UnsafeRawBufferPointer($0)) }
    }

    private static let created = #"{"kind":"audit","who":"D","what":"user.made","result":"ok","from":"nowhere","rank":"boss","#
        + #""list":[{"type":"user","name":"U"}],"at":"2026-11-20T08:00:00Z","spare":{"n":null,"x":1}}"#

    @Test(arguments: [
        ("time", "1795161600000", "at", 10), ("class_uid", "3001", "account_change/create", 28),
        ("activity_name", "Create", "account_change/create", 28), ("metadata.product.name", "Example Audit", "product", 2),
        ("metadata.version", "1.8.0", "the version that is written", nil), ("status", "Success", "result: ok", 15),
        ("severity_id", "1", "the record does not say", nil), ("metadata.logged_time", "1795176000000", "the time of receipt", nil),
        ("metadata.log_provider", "siemctl", "the source's name", nil), ("actor.user.name", "D", "who", 18),
        ("user.name", "U", "list[type=user].name", 25), ("user.type_id", "2", "rank: boss", 31),
        ("src_endpoint.name", "Example Audit", "the product, where the record names none", 2),
        ("metadata.event_code", "user.made", "@type", 12),
    ] as [(String, String, String, Int?)])
    func everyFieldHasItsSource(path: String, value: String, origin: String, line: Int?) throws {
        let text = MappingFileTests.valid.replacingOccurrences(
            of: "  account_change:\n", with: "  account_change:\n")
        let explanation = try #require(try explain(Self.created, text).first)
        let isFallback = path == "src_endpoint.name"
        let record = isFallback ? #"{"kind":"audit","who":"D","what":"x"}"# : Self.created
        let found = isFallback ? try #require(try explain(record).first) : explanation
        let field = try #require(found.fields.first { $0.path == path }, "\(found.fields.map(\.path))")
        #expect(field.text == value)
        #expect(field.origin == origin)
        #expect(field.location?.line == line)
    }

    @Test func theFieldsAreThoseOfTheDocument() throws {
        for product in NormaliserFixture.products {
            let explainer = MappingExplainer(mappings: try NormaliserFixture.mappings(), receivedAt: NormaliserFixture.receivedAt)
            for record in try NormaliserFixture.records(of: product) {
                for explanation in record.withUnsafeBytes({ explainer.explain($0) }) {
                    let leaves = try #require(JSONTree(explanation.document)).leaves
                    let shown = leaves.filter { $0.path != "raw_data" && !$0.path.hasPrefix("unmapped.") }
                    let own = explanation.fields.filter { !$0.path.hasPrefix("syslog.") && !$0.path.hasPrefix("quarantine.") }
                    let paths = own.map { $0.path.replacingOccurrences(of: "[", with: ".").replacingOccurrences(of: "]", with: "") }
                    #expect(Set(paths) == Set(shown.map(\.path)), "\(String(decoding: record, as: UTF8.self))")
                    #expect(own.map(\.text).sorted() == shown.map(\.text).sorted())
                    let unplaced = own.filter { $0.location == nil && $0.origin.contains("syslog") }
                    #expect(unplaced.isEmpty, "\(unplaced.map(\.path))")
                }
            }
        }
    }

    @Test func theProductAndTheClassHaveTheirLines() throws {
        let explanation = try #require(try explain(Self.created).first)
        guard case .product(let name, _, let alternative, nil) = explanation.maker else {
            Issue.record("\(explanation.maker)")
            return
        }
        #expect(name == "example")
        #expect(alternative == MappingPlace("kind=audit, who", at: SourceLocation(file: "example.yml", line: 9, column: 5)))
        #expect(explanation.classification?.type == "user.made")
        #expect(explanation.classification?.entry?.location.line == 29)
        #expect(explanation.classification?.used.text == "account_change/create")
        #expect(explanation.classification?.missing == [])
    }

    @Test(arguments: [
        (#""what":"user.made""#, "user.made", "account_change/create", [["user"]], "api_activity/other"),
        (#""what":"a.read""#, "*.read", "api_activity/read", [], "api_activity/read"),
        (#""what":"other""#, nil, nil, [], "api_activity/other"), (#""x":1"#, nil, nil, [], "api_activity/other"),
    ] as [(String, String?, String?, [[String]], String)])
    func theDefaultIsExplained(members: String, entry: String?, wanted: String?, missing: [[String]], used: String) throws {
        let explanation = try #require(try explain(#"{"kind":"audit","who":"D",\#(members)}"#).first)
        #expect(explanation.classification?.entry?.text == entry)
        #expect(explanation.classification?.wanted?.text == wanted)
        #expect(explanation.classification?.missing == missing)
        #expect(explanation.classification?.used.text == used)
    }

    @Test func whatIsLeftOutIsTold() throws {
        let explanation = try #require(try explain(Self.created).first)
        let refusal = try #require(explanation.refusals.first { $0.path == "src_endpoint.ip" })
        #expect((refusal.source, refusal.text, refusal.reason) == ("from", "nowhere", "no IP address"))
        #expect(refusal.location.line == 20)
        let untyped = try #require(
            try explain(#"{"kind":"audit","who":"D","what":"user.made","rank":"x","list":[{"type":"user","id":7}]}"#).first)
        #expect(untyped.refusals.contains { $0.path == "user.type_id" && $0.reason == "none of the words that are translated" })
    }

    @Test func everyValueOfTheRecordIsAccountedFor() throws {
        let text = MappingFileTests.valid + "\ndrop: [spare.x]"
        let explanation = try #require(try explain(Self.created, text).first)
        let found = Dictionary(grouping: explanation.values, by: \.disposition).mapValues { $0.map(\.path) }
        #expect(found[.dropped] == ["spare.x"])
        #expect(found[.unmapped] == ["kind", "result", "from", "rank", "list.type"])
        #expect(found[.mapped] == ["who", "what", "list.name", "at"])
    }

    @Test(arguments: [
        ("{\"a\":1}", "its shape is that of no product"), ("plain text", "it is text without JSON"),
        ("{\"a\":", "it cannot be read: "),
    ])
    func aRecordOfNoProductIsExplained(record: String, expected: String) throws {
        let explanation = try #require(try explain(record).first)
        guard case .none(let reason) = explanation.maker else {
            Issue.record("\(explanation.maker)")
            return
        }
        #expect(reason.hasPrefix(expected))
        #expect(explanation.classification == nil)
        #expect(explanation.fields.contains { $0.path == "class_uid" && $0.text == "0" })
    }

    @Test func aConfiguredProductNeedsNoShape() throws {
        let explanation = try #require(try explain(#"{"who":"D","what":"a.read"}"#, product: "example").first)
        guard case .product(_, _, nil, nil) = explanation.maker else {
            Issue.record("\(explanation.maker)")
            return
        }
        #expect(explanation.classification?.used.text == "api_activity/read")
    }

    @Test func everyEventOfARecordIsExplained() throws {
        let text = MappingFileTests.valid.replacingOccurrences(of: "event_type: what", with: "event_type: parts.what\nexplode: parts")
        let found = try explain(#"{"kind":"audit","who":"D","parts":[{"what":"a.read"},{"what":"b"}]}"#, text)
        #expect(found.map { $0.classification?.used.text } == ["api_activity/read", "api_activity/other"])
    }
}
