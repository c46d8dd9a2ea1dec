import Foundation
import LocatedYAML
import Pipeline
import Storage
import TestSupport
import Testing

/// Products of `retention` go by any name that a mapping knows, and their events by one.
struct RetentionSetupTests {
    private func retention(_ limits: String) throws -> RetentionPolicy? {
        let root = Programs.repository.path
        let text = "rules: []\nmappings: \(root)/rules/mappings\nsources: []\nretention:\n  age: 9d\n\(limits)"
        let (configuration, diagnostics) = ConfigurationFile.read(YAMLFile(text: text, path: "perimeter.yml"), in: root)
        var given = try #require(configuration, "\(diagnostics)")
        given.rules = []
        return try DetectionSetup(configuration: given).retention(given)
    }

    @Test(arguments: [("okta", "okta"), ("github_audit", "github"), ("m365", "microsoft365")])
    func anAliasIsTheProductOfTheEvents(name: String, product: String) throws {
        let policy = try #require(try retention("  products:\n    \(name): {age: 3d}"))
        #expect(policy.products == [product: .init(age: .seconds(3 * 86_400))])
        let classified = try #require(
            try retention("  classifications:\n    a: {products: \(name), age: 3d}\n    b: {products: [slack, \(product)], age: 3d}"))
        #expect(classified.products == [:])
        #expect(classified.classifications.map(\.products) == [[product], ["slack", product]])
    }

    @Test(arguments: [
        ("  products:\n    oktta: {age: 3d}", 7, 5, "did you mean \"okta\"?"),
        ("  products:\n    okta: {age: 3d}\n    gthub: {age: 3d}", 8, 5, "did you mean \"github\"?"),
        ("  products:\n    github: {age: 3d}\n    github_audit: {age: 4d}", 8, 5, "another name of github"),
        ("  classifications:\n    a: {products: [okta, oktta], age: 3d}", 7, 26, "did you mean \"okta\"?"),
        ("  classifications:\n    a: {products: gthub, age: 3d}", 7, 19, "did you mean \"github\"?"),
    ])
    func aSlipIsToldWhereItStands(limits: String, line: Int, column: Int, message: String) throws {
        let error = try #require(throws: StartError.self) { try retention(limits) }
        let diagnostic = try #require(error.diagnostics.first)
        #expect(diagnostic.location.line == line && diagnostic.location.column == column, "\(diagnostic)")
        #expect(diagnostic.message.contains(message), "\(diagnostic)")
    }
}
