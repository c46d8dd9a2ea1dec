import EventModel
import Foundation
import Normaliser
import TestSupport
import Testing

/// What privacy rules name is nowhere in what goes on to the store.
struct PrivacyTests {
    private static let okta = #"{"eventType":"user.session.start","published":"2026-11-20T08:00:00Z","uuid":"u1","displayMessage":"m","#
        + #""actor":{"id":"a1","alternateId":"ana@example.com","displayName":"Ana Silva"},"client":{"ipAddress":"203.0.113.77"}}"#

    private static func normaliser(_ rules: [PrivacyRules.Rule], for product: String = "okta") throws -> Normaliser {
        Normaliser(
            mappings: try NormaliserFixture.mappings(),
            privacy: Privacy([product: PrivacyRules(rules)], secret: Secret("a secret of the tests")))
    }

    private static func bytes(_ batch: EventBatch) -> String {
        String(decoding: batch.raw.slice(0, batch.raw.count), as: UTF8.self)
            + String(decoding: batch.derived.slice(0, batch.derived.count), as: UTF8.self)
    }

    @Test(arguments: [okta, "<13>1 2026-11-20T08:00:00Z host okta - - - " + okta, #"{"event":\#(okta),"time":1795161600}"#])
    func isAppliedWhereverTheRecordStands(record: String) throws {
        let normaliser = try Self.normaliser([
            .init(path: "actor.alternateId", treatment: .pseudonymise), .init(path: "actor.displayName", treatment: .drop),
            .init(path: "client.ipAddress", treatment: .mask),
        ])
        let batch = normaliser.normalise(NormaliserFixture.batch([Data(record.utf8)]))
        let all = Self.bytes(batch)
        for secret in ["ana@", "Ana Silva", "203.0.113.77"] { #expect(!all.contains(secret)) }
        var document = OCSFDocument(catalog: NormaliserFixture.catalog, products: try NormaliserFixture.mappings().products)
        let event = try NormaliserFixture.parse(document.bytes(of: batch[0]))
        #expect(ParsedJSON.value(event, "class_uid") as? Int == 3002)
        #expect(ParsedJSON.value(event, "src_endpoint.ip") as? String == "203.0.113.0")
        let email = try #require(ParsedJSON.value(event, "actor.user.email_addr") as? String)
        #expect(email.hasPrefix("p-") && email.hasSuffix("@example.com"))
        #expect(batch[0].text(.identity) == email, "correlation goes on with the pseudonym")
        #expect(ParsedJSON.value(event, "actor.user.full_name") == nil)
        #expect((event["raw_data"] as? String)?.contains(email) == true)
    }

    /// With every path named that a sample has, none of its values is left.
    @Test(arguments: ["okta", "github", "google_workspace", "slack", "microsoft365"])
    func nothingNamedIsLeftOfAnySample(product: String) throws {
        let plain = Normaliser(mappings: try NormaliserFixture.mappings())
        for record in try NormaliserFixture.records(of: product) {
            let before = plain.normalise(NormaliserFixture.batch([record]))
            let paths = before[0].vendorFields.filter { $0.kind == .string && $0.length >= 12 }
            let named = Set(paths.map { NormaliserFixture.catalog.path(of: $0.id) })
            let values = paths.map { String(decoding: before.bytes(of: $0), as: UTF8.self) }
            let source = Source(id: 0, name: "test", product: product)
            let batch = try Self.normaliser(named.map { .init(path: $0, treatment: .drop) }, for: "*")
                .normalise(NormaliserFixture.batch([record], source: source))
            // As values: a name may have the same text in it.
            let raw = String(decoding: batch.raw.slice(0, batch.raw.count), as: UTF8.self)
            let derived = String(decoding: batch.derived.slice(0, batch.derived.count), as: UTF8.self)
            for value in values { #expect(!raw.contains("\"\(value)\"") && !derived.contains(value), "\(value)") }
        }
    }

    /// A record that cannot be read may say anything of anybody.
    @Test(arguments: [#"{"actor":{"alternateId":"ana@example.com""#, "ana@example.com signed in"])
    func whatIsNotUnderstoodOfASourceWithRulesIsWithheld(record: String) throws {
        let normaliser = try Self.normaliser([.init(path: "actor", treatment: .mask)])
        let source = Source(id: 3, name: "test", product: "okta")
        let batch = normaliser.normalise(NormaliserFixture.batch([Data(record.utf8), Data(Self.okta.utf8)], source: source))
        #expect(!Self.bytes(batch).contains("ana@"))
        #expect(batch[0].row.state == .quarantined)
        #expect(batch[1].row.state == .normal)
        // Of a source that is not said to be of the product nobody knows.
        let other = normaliser.normalise(NormaliserFixture.batch([Data("ana@example.com signed in".utf8)]))
        #expect(Self.bytes(other).contains("ana@"))
    }

    @Test func otherProductsAreLeftAsTheyAre() throws {
        let normaliser = try Self.normaliser([.init(path: "actor", treatment: .drop)])
        for record in try NormaliserFixture.records(of: "slack").prefix(5) {
            let batch = normaliser.normalise(NormaliserFixture.batch([record]))
            #expect(Data(batch[0].raw) == record)
        }
    }

    @Test(arguments: [("", false), ("a..b", false), ("*", false), ("a.*.b", false), ("*.a.b", false), ("a.b.*", true), ("*.email", true)])
    func pathsAreChecked(path: String, isFine: Bool) {
        #expect((PrivacyRules.flaw(of: path) == nil) == isFine)
    }
}
