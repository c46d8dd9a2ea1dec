import Foundation
import LocatedYAML
import Normaliser
import Pipeline
import TestSupport
import Testing

/// What `privacy` says is read, and a slip in it is told where it stands: it must not store what was to be kept back.
struct PrivacySetupTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.file("key", Data("sixteen bytes or more of randomness\n".utf8))
        try folder.file("short", Data("secret\n".utf8))
    }

    private func read(_ privacy: String) -> (Configuration?, [Diagnostic]) {
        let root = Programs.repository.path
        let text = "mappings: \(root)/rules/mappings\nsources: []\nprivacy:\n\(privacy)"
        return ConfigurationFile.read(YAMLFile(text: text, path: "perimeter.yml"), in: folder.path(""))
    }

    private func setup(_ privacy: String) throws -> Privacy? {
        let (configuration, diagnostics) = read(privacy)
        var given = try #require(configuration, "\(diagnostics)")
        given.rules = []
        return try DetectionSetup(configuration: given).privacy
    }

    @Test func rulesAreReadByProduct() throws {
        let privacy = try #require(try setup("""
              key: file:key
              products:
                okta_system_log: {drop: [a.b, "*.c"], mask: d.*, pseudonymise: [actor]}
                "*": {mask: ["*.email"]}
            """))
        let okta = try #require(privacy.rules(for: "okta"))
        let expected: [(String, PrivacyRules.Treatment?)] = [
            ("a.b", .drop), ("A.B.x", .drop), ("x.c", .drop), ("d", .mask), ("d.e.f", .mask), ("actor.id", .pseudonymise), ("a", nil),
        ]
        for (path, treatment) in expected { #expect(okta.treatment(ofValueAt: path) == treatment, "\(path)") }
        #expect(privacy.rules(for: "slack")?.treatment(ofValueAt: "user.email") == .mask)
    }

    @Test(arguments: [
        ("  products: {okta: {drop: a..b}}", 4, "no path of a field"),
        ("  products: {okta: {hide: a}}", 4, "hide"),
        ("  products: {okta: {}}", 4, "nothing is kept back"),
        ("  products: {okta: {pseudonymise: a}}", 4, "need a \"key\""),
        ("  key: mysecret\n  products: {okta: {drop: a}}", 4, "not the key itself"),
        ("  key: file:key", 4, "names no products"),
    ])
    func whatIsWrongIsTold(privacy: String, line: Int, message: String) throws {
        let (configuration, diagnostics) = read(privacy)
        #expect(configuration == nil)
        #expect(diagnostics.contains { $0.location.line == line && $0.message.contains(message) }, "\(diagnostics)")
        #expect(!diagnostics.contains { $0.message.contains("mysecret") })
    }

    @Test(arguments: [
        ("  products: {oktta: {drop: a}}", "did you mean \"okta\"?"),
        ("  products: {okta: {drop: a}, okta_system_log: {drop: b}}", "another name of okta"),
        ("  key: file:missing\n  products: {okta: {pseudonymise: a}}", "cannot be had"),
        ("  key: file:short\n  products: {okta: {pseudonymise: a}}", "at least 16 bytes"),
    ])
    func theDaemonDoesNotStartWithAWrongOne(privacy: String, message: String) throws {
        let error = try #require(throws: StartError.self) { try setup(privacy) }
        #expect("\(error) \(error.diagnostics)".contains(message), "\(error) \(error.diagnostics)")
    }
}
