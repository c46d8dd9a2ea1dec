import Enrichment
import EventModel
import LocatedYAML
import Testing

@Suite struct ClassificationTests {
    typealias Fixture = EnrichmentFixture

    private static func configuration() -> EnrichmentConfiguration {
        var configuration = EnrichmentConfiguration()
        configuration.labels = [
            LabelConfiguration(
                name: "m365", field: Fixture.field("SensitivityLabelId"), product: Fixture.field("microsoft365"),
                values: ["1F-Secret": .confidential, "2a-open": .public]),
            LabelConfiguration(name: "own", field: Fixture.field("file.confidentiality"), values: ["Top": .restricted]),
        ]
        configuration.patterns = [
            PatternConfiguration(
                name: "finance", fields: [Fixture.field("file.path"), Fixture.field("file.name")],
                globs: ["*/Finance/*", "budget-20??.*"], level: .internal),
            PatternConfiguration(name: "keys", fields: [Fixture.field("repository")], globs: ["*secret*"], level: .restricted),
        ]
        return configuration
    }

    struct Case: Sendable {
        var fields: [String: String] = [:]
        var vendor: [String: String] = [:]
        var product: String?
        /// `confidentiality_id`, the label, and the classifier's name and type; nil for none.
        var expected: [String]?
    }

    @Test("labels and patterns", arguments: [
        Case(vendor: ["SensitivityLabelId": "1f-secret"], product: "microsoft365", expected: ["2", "confidential", "m365", "label"]),
        Case(vendor: ["sensitivitylabelid": "2A-OPEN"], product: "microsoft365", expected: ["1", "public", "m365", "label"]),
        Case(vendor: ["SensitivityLabelId": "1f-secret"], product: "okta", expected: nil),
        Case(vendor: ["SensitivityLabelId": "unknown"], product: "microsoft365", expected: nil),
        Case(fields: ["file.path": "/sites/finance/q1.xlsx"], expected: ["5", "internal", "finance", "pattern"]),
        Case(fields: ["file.name": "Budget-2026.xlsx"], expected: ["5", "internal", "finance", "pattern"]),
        Case(fields: ["file.name": "budget-26.xlsx"], expected: nil),
        Case(vendor: ["repository": "my-secret-repo"], expected: ["6", "restricted", "keys", "pattern"]),
        // The highest wins, in whatever order.
        Case(
            fields: ["file.path": "/Finance/x", "file.confidentiality": "top"], vendor: ["SensitivityLabelId": "1f-secret"],
            product: "microsoft365", expected: ["6", "restricted", "own", "label"]),
        Case(
            fields: ["file.path": "/Finance/x"], vendor: ["SensitivityLabelId": "2a-open"], product: "microsoft365",
            expected: ["5", "internal", "finance", "pattern"]),
    ])
    func cases(_ example: Case) throws {
        let fixture = try Fixture()
        let enricher = try fixture.enrichment(Self.configuration()).enricher()
        let batch = fixture.batch(
            enricher, example.fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            example.vendor.map { ($0.key, $0.value) }, example.product)
        let event = batch[0]
        let classification = "metadata.data_classifications."
        let found = [classification + "confidentiality_id", "metadata.labels", classification + "classifier_details.name",
            classification + "classifier_details.type"].compactMap { event.text(fixture.catalog.intern($0)) }
        #expect(found == (example.expected.map { [$0[0], "classification:" + $0[1], $0[2], $0[3]] } ?? []))
        #expect((event.text(fixture.catalog.intern("metadata.profiles")) == "data_classification") == (example.expected != nil))
    }

    @Test("labels of those elements of a list that are meant")
    func elements() throws {
        let fixture = try Fixture()
        var configuration = EnrichmentConfiguration()
        configuration.labels = [
            LabelConfiguration(
                name: "drive", field: Fixture.field("parameters[name=label|label_id].value"), values: ["secret": .restricted])
        ]
        let enricher = try fixture.enrichment(configuration).enricher()
        let mark = fixture.catalog.intern("parameters")
        func level(_ elements: [[(String, String)]]) -> String? {
            let batch = fixture.batch(enricher, [], elements: elements, of: mark)
            return batch[0].text(fixture.catalog.intern("metadata.labels"))
        }
        let secret = ("parameters.value", "secret")
        #expect(level([[("parameters.name", "label"), secret]]) == "classification:restricted")
        #expect(level([[secret, ("parameters.name", "label_id")]]) == "classification:restricted")
        #expect(level([[("parameters.name", "title"), secret], [("parameters.name", "label")]]) == nil)
        #expect(level([[("parameters.name", "label")], [secret]]) == nil)
        #expect(level([]) == nil)
        for (path, isValid) in [
            ("a.b", true), ("a[b=c].d", true), ("a[b=c|e].d", true), ("a[b].d", false), ("a[b=].d", false), ("a[b=c]", false),
            ("[b=c].d", false), ("a]b", false), ("", false), ("a.", false),
        ] {
            #expect(SelectedField.isValid(path) == isValid, "\(path)")
        }
    }

    @Test("a product that no mapping knows is an error")
    func products() throws {
        let fixture = try Fixture()
        var configuration = Self.configuration()
        configuration.labels[0].product = Fixture.field("microsoft356")
        let (loaded, diagnostics) = fixture.load(configuration)
        #expect(loaded == nil)
        #expect(diagnostics.first?.message.contains("did you mean \"microsoft365\"?") == true)
    }

    @Test("globs", arguments: [
        ("*", "", true), ("*", "x", true), ("a*b", "ab", true), ("a*b", "axxb", true), ("a*b", "axxbc", false), ("A?C", "abc", true),
        ("a?c", "ac", false), ("**a**", "xxAyy", true), ("*aab", "aaaab", true), ("", "x", false), ("x", "", false),
        ("*" + String(repeating: "a*", count: 200) + "b", String(repeating: "a", count: 4_000), false),
    ])
    func globs(_ glob: String, _ text: String, _ matches: Bool) throws {
        let fixture = try Fixture()
        var configuration = EnrichmentConfiguration()
        configuration.patterns = [
            PatternConfiguration(name: "x", fields: [Fixture.field("repository")], globs: [glob], level: .public)
        ]
        let batch = fixture.batch(try fixture.enrichment(configuration).enricher(), [], [("repository", text)])
        #expect((batch[0].ocsfFields.count > 0) == matches)
    }
}
