import Foundation
import LocatedYAML
import Pipeline
import Storage
import TestSupport
import Testing

/// Products of `retention` go by any name that a mapping knows, and their events by one.
struct RetentionSetupTests {
    private func retention(_ products: String) throws -> RetentionPolicy? {
        let root = Programs.repository.path
        let text = "rules: []\nmappings: \(root)/rules/mappings\nsources: []\nretention:\n  age: 9d\n  products:\n\(products)"
        let (configuration, diagnostics) = ConfigurationFile.read(YAMLFile(text: text, path: "perimeter.yml"), in: root)
        var given = try #require(configuration, "\(diagnostics)")
        given.rules = []
        return try DetectionSetup(configuration: given).retention(given)
    }

    @Test(arguments: [("okta", "okta"), ("github_audit", "github"), ("m365", "microsoft365")])
    func anAliasIsTheProductOfTheEvents(name: String, product: String) throws {
        let policy = try #require(try retention("    \(name): {age: 3d}"))
        #expect(policy.products == [product: .init(age: .seconds(3 * 86_400))])
    }

    @Test(arguments: [
        ("    oktta: {age: 3d}", 7, "did you mean \"okta\"?"),
        ("    okta: {age: 3d}\n    gthub: {age: 3d}", 8, "did you mean \"github\"?"),
        ("    github: {age: 3d}\n    github_audit: {age: 4d}", 8, "another name of github"),
    ])
    func aSlipIsToldWhereItStands(products: String, line: Int, message: String) throws {
        let error = try #require(throws: StartError.self) { try retention(products) }
        let diagnostic = try #require(error.diagnostics.first)
        #expect(diagnostic.location.line == line && diagnostic.location.column == 5, "\(diagnostic)")
        #expect(diagnostic.message.contains(message), "\(diagnostic)")
    }
}
