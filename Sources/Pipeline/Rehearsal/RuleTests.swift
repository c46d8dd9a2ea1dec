import EventModel
import Glibc
public import LocatedYAML
import Normaliser
import Sigma

/// Runs the tests that stand beside rules: `<rule>.test.yml` beside `<rule>.yml`.
///
/// Every rule that raises findings needs a case in which it does and a near miss in which it does not: a rule that nobody has
/// seen fire may never, and one that nobody has seen stay silent may always.
public struct RuleTests {
    /// How many cases passed, and everything that is wrong with the others, with the test files, and with rules that lack cases.
    public struct Outcome: Sendable {
        public var passed = 0
        public var failures: [Diagnostic] = []
    }

    private let setup: DetectionSetup

    public init(_ setup: DetectionSetup) { self.setup = setup }

    /// Runs the tests of all rules of the setup.
    public func run() -> Outcome {
        var outcome = Outcome()
        var alerting: Set<String> = []
        var silent: Set<String> = []
        for path in testPaths() {
            let file = RuleTestFile(path: path)
            outcome.failures += file.diagnostics
            for test in file.cases {
                if let failure = failure(of: test, in: file) { outcome.failures.append(failure) } else { outcome.passed += 1 }
                guard let rule = file.rule(of: test, in: setup.collection) else { continue }
                if test.expectation.holds(0) { silent.insert(rule.id) } else { alerting.insert(rule.id) }
            }
        }
        outcome.failures +=
            untested(alerting, "a case in which it alerts") + untested(silent, "a near miss in which it stays silent")
        return outcome
    }

    private func testPaths() -> [String] {
        let places =
            setup.collection.rules.map(\.metadata.location.file) + setup.collection.correlations.map(\.metadata.location.file)
        return Set(places).sorted().compactMap { rules in
            for suffix in [".yml", ".yaml"] where rules.hasSuffix(suffix) {
                let tests = rules.dropLast(suffix.count) + ".test" + suffix
                if access(String(tests), R_OK) == 0 { return String(tests) }
            }
            return nil
        }
    }

    private func untested(_ tested: Set<String>, _ lacking: String) -> [Diagnostic] {
        let all = setup.collection.rules.map(\.metadata) + setup.collection.correlations.map(\.metadata)
        let silent = setup.collection.silentRules
        return all.filter { !silent.contains($0.id) && !tested.contains($0.id) }.map {
            Diagnostic(.error, at: $0.location, "\"\($0.title)\" has no test with \(lacking)")
        }
    }

    private func failure(of test: RuleTestCase, in file: RuleTestFile) -> Diagnostic? {
        guard let rule = file.rule(of: test, in: setup.collection) else {
            return Diagnostic(
                .error, at: test.location,
                test.rule.map { "there is no rule \"\($0)\", or more than one" }
                    ?? "\(file.rulePath) holds no rule that raises findings, or several; say which with \"rule:\"")
        }
        if let product = test.product, !setup.mappings.knows(product) {
            return Diagnostic(.error, at: test.location, DetectionSetup.unknownProduct(product, setup.mappings))
        }
        let outcome = Rehearsal(setup).run(test.records, product: test.product)
        let findings = outcome.findings.filter { $0.rule.id == rule.id }
        if test.expectation.holds(findings.count) { return nil }
        let expected =
            switch test.expectation {
            case .alert: "an alert"
            case .nothing: "nothing"
            case .count(let count): "\(count) finding\(count == 1 ? "" : "s")"
            }
        let found =
            findings.isEmpty ? "raised nothing" : "raised \(findings.count): \(findings.map(\.reason).joined(separator: " · "))"
        return Diagnostic(
            .error, at: test.location, "\"\(test.name)\": expected \(expected) of \"\(rule.title)\", which \(found)")
    }
}
