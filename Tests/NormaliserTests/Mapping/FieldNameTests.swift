import EventModel
import Foundation
import Normaliser
import TestSupport
import Testing

/// `aliases` and `vendor_fields` of a mapping file.
@Suite struct FieldNameTests {
    private static let base = """
        product:
          name: example
          vendor: Example
          title: Example Audit
        ocsf: "1.8.0"
        detect:
          - [kind=audit, who]
        time: at
        event_type: what
        fields:
          actor.user.name: list[type=user].name
        default: api_activity/other

        """

    private func load(_ text: String) throws -> (ProductMappings?, [String]) {
        let folder = try TemporaryFolder()
        try folder.file("example.yml", Data((Self.base + text).utf8))
        let (mappings, diagnostics) = ProductMappings.load(folder: folder.url.path, catalog: FieldCatalog())
        return (mappings, diagnostics.map { "\($0)".replacingOccurrences(of: folder.url.path + "/", with: "") })
    }

    private func fields(_ text: String) throws -> ProductFields {
        let (mappings, diagnostics) = try load(text)
        #expect(diagnostics.isEmpty)
        return try #require(mappings).products[1].fields
    }

    @Test func aliasesAreThoseOfTheProduct() throws {
        let fields = try fields(
            """
            aliases:
              Method: call.method
              agent: [call.agent, call.client]
              status: {from: result, values: {Success: [ok, "0"], failure: bad}}
              data.*: "*"
              target.*: [object.*, call.object.*]
            """)
        #expect(fields.places(of: "METHOD").map(\.path) == ["call.method"])
        #expect(fields.places(of: "agent").map(\.path) == ["call.agent", "call.client"])
        #expect(fields.places(of: "status") == [.init(path: "result", words: ["success": ["ok", "0"], "failure": ["bad"]])])
        #expect(fields.places(of: "data.a.b").map(\.path) == ["a.b"])
        #expect(fields.places(of: "Target.Name").map(\.path) == ["object.name", "call.object.name"])
        #expect(fields.places(of: "call.method").isEmpty)
        #expect(!fields.isDescribed)
    }

    @Test(arguments: [
        ("kind", .value), ("who", .value), ("at", .value), ("what", .value), ("list.name", .value), ("list.type", .value),
        ("LIST.NAME", .value), ("list", .object), ("call.method", .value), ("extra", .value), ("Open.a.b", .value),
        ("open", .object), ("open.", .unknown), ("actor.user.name", .value), ("actor.user", .object), ("class_uid", .value),
        ("nothing", .unknown), ("actor.user.uid", .unknown),
    ] as [(String, ProductFields.Knowledge)])
    func whatRecordsCanCarry(name: String, expected: ProductFields.Knowledge) throws {
        let fields = try fields("aliases: {method: call.method}\nvendor_fields: [extra, open.*]")
        #expect(fields.isDescribed)
        #expect(fields.knowledge(of: name) == expected)
    }

    @Test(arguments: [
        ("aliases:\n  a: b\n  A: c", "15:3: error: \"A\" already is an alias, in line 14: case does not matter"),
        ("aliases:\n  a: b\n  a: c", "15:3: error: "),
        ("aliases:\n  \"\": b", "14:3: error: \"\" is no name of a field: there is nothing before, between or after its points"),
        ("aliases:\n  a: \"\"", "14:6: error: \"\" is no name of a field"),
        ("aliases:\n  a..b: c", "14:3: error: \"a..b\" is no name of a field"),
        ("aliases:\n  a: A", "14:6: error: \"a\" is the field itself, which rules find without an alias"),
        ("aliases:\n  a: [b, B]", "14:10: error: \"B\" stands twice"),
        ("aliases:\n  a: []", "14:6: error: an alias needs a path"),
        ("aliases:\n  a: {frm: b}", "14:6: error: required key \"from\" is missing; is \"frm\" meant to be it?"),
        ("aliases:\n  a: {from: b, value: {x: y}}", "14:16: error: unknown key \"value\"; did you mean \"values\"?"),
        (
            "aliases:\n  a: {from: b, values: {x: [[y]]}}",
            "14:29: error: expected the vendor's word or a list of them, not a list"
        ),
        ("aliases:\n  a.*: b", "14:8: error: \"a.*\" stands for all fields below it: end the path with \".*\""),
        ("aliases:\n  a: b.*", "14:6: error: \"b.*\" is all fields below it: end the alias with \".*\" too, or name one field"),
        ("aliases:\n  a: \"*\"", "14:6: error: \"*\" is all fields below it"),
        ("aliases:\n  \"*\": b", "14:3: error: \"*\": a \"*\" stands for all below, and only as the last part, \"a.b.*\""),
        ("aliases:\n  a: b*c", "14:6: error: \"b*c\": a \"*\" stands for all below"),
        ("aliases:\n  a: [[b]]", "14:7: error: expected a path of the vendor's record, not a list"),
        ("aliases: [a]", "13:10: error: \"aliases\" must be a mapping"),
        ("alias:\n  a: b", "13:1: error: unknown key \"alias\"; did you mean \"aliases\"?"),
        ("vendor_fields: [a, A]", "13:20: error: \"A\" already stands in line 13"),
        ("vendor_fields: [a, a.*.b]", "13:20: error: \"a.*.b\": a \"*\" stands for all below"),
        ("vendor_fields: a", "13:16: error: \"vendor_fields\" must be a list"),
        ("vendor_field: [a]", "13:1: error: unknown key \"vendor_field\"; did you mean \"vendor_fields\"?"),
    ])
    func errorsSayWhatAndWhere(text: String, expected: String) throws {
        let (mappings, diagnostics) = try load(text)
        #expect(mappings == nil)
        #expect(diagnostics.contains { $0.hasPrefix("example.yml:" + expected) }, "\(diagnostics)")
    }

    @Test func anAliasStandsForFewPaths() throws {
        let paths = (0..<17).map { "p\($0)" }.joined(separator: ", ")
        #expect(try load("aliases: {a: [\(paths)]}").1 == ["example.yml:13:14: error: an alias stands for at most 16 paths"])
    }

    /// What the shipped files promise of public rules' names, product by product.
    @Test(arguments: [
        ("gcp_audit", "gcp.audit.method_name", "protoPayload.methodName"),
        ("gcp_audit", "data.protoPayload.serviceName", "protoPayload.serviceName"),
        ("google_workspace", "eventName", "events.name"),
        ("google_workspace", "protoPayload.metadata.event.eventName", "events.name"),
        ("microsoft365", "eventSource", "Workload"),
        ("entra", "properties.message", "operationName"),
        ("entra", "Category", "properties.category"),
        ("entra", "DeviceDetail.trusttype", "properties.deviceDetail.trusttype"),
        ("entra", "riskEventType", "properties.riskEventType"),
        ("azure_activity", "operationName", "operationName.value"),
        ("aws_cloudtrail", "requestParameters", "requestParameters.policyDocument"),
        ("kubernetes", "hostPath", "requestObject.spec.volumes.hostPath.path"),
        ("bitbucket", "auditType.action", "type.action"),
        ("onelogin", "onelogin.event_type_id", "event_type_id"),
        ("cisco_duo", "eventtype", "event_type"),
        ("okta", "event_type", "eventType"),
        ("github", "github.action", "action"),
    ])
    func shippedAliases(product: String, name: String, path: String) throws {
        let products = try NormaliserFixture.mappings().products
        let fields = products[try #require(products.index(named: product))].fields
        #expect(fields.isDescribed)
        #expect(fields.places(of: name).contains { FieldCatalog.fold($0.path) == FieldCatalog.fold(path) })
        #expect(fields.knowledge(of: path) == .value)
    }

    /// Fields of samples that no vendor writes: they show what becomes of the unforeseen.
    private static let unforeseen = ["weird.", "nested.", "actor_ip.v4", "userid.not"]

    /// A lint that does not know a field of our own samples would be wrong about rules too.
    @Test(arguments: NormaliserFixture.products)
    func everyFieldOfTheSamplesIsKnown(product: String) throws {
        let mappings = try NormaliserFixture.mappings()
        let fields = mappings.products[try #require(mappings.products.index(named: product))].fields
        let batch = Normaliser(mappings: mappings).normalise(
            NormaliserFixture.batch(try NormaliserFixture.records(of: product)))
        var unknown: Set<String> = []
        for index in batch.rows.indices {
            for field in batch[index].vendorFields where field.isValue && field.kind != .null {
                let path = NormaliserFixture.catalog.path(of: field.id)
                if Self.unforeseen.contains(where: path.hasPrefix) { continue }
                if fields.knowledge(of: path) == .unknown { unknown.insert(path) }
            }
        }
        #expect(unknown.sorted() == [])
    }
}
