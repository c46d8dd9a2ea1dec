import Alerting
import EventModel
import LocatedYAML
import Pipeline
import Testing

struct RiskConfigurationTests {
    private func read(_ text: String) -> (Configuration?, [Diagnostic]) {
        ConfigurationFile.read(YAMLFile(text: text, path: "perimeter.yml"), in: "/nowhere")
    }

    @Test(arguments: ["{}", "risk: {}", "risk: on", "risk: {enabled: true}", "risk:"])
    func `without more the standard holds`(text: String) {
        #expect(read(text).0?.risk == RiskPolicy())
    }

    @Test(arguments: ["risk: off", "risk: false", "risk: {enabled: false, threshold: 5}"])
    func `it can be switched off`(text: String) {
        let (configuration, diagnostics) = read(text)
        #expect(configuration != nil, "\(diagnostics)")
        #expect(configuration?.risk == nil)
    }

    @Test func `everything is read`() throws {
        let (configuration, diagnostics) = read("""
            risk:
              points: {informational: 0, low: 2.5, critical: 1000}
              confidence: {low: 0, medium: 0.75}
              half_life: 3d
              threshold: 150
              level: critical
            """)
        let policy = try #require(configuration?.risk, "\(diagnostics)")
        #expect(policy.points == [.informational: 0, .low: 2.5, .medium: 20, .high: 50, .critical: 1_000])
        #expect(policy.shares == [.low: 0, .medium: 0.75, .high: 1])
        #expect(policy.halfLife == 3 * 86_400_000_000 && policy.threshold == 150 && policy.level == .critical)
    }

    @Test(arguments: [
        ("risk: often", "1:7", "must be a mapping"), ("risk: {threshold: 0}", "1:19", "must be 1 to 1000000000, not 0"),
        ("risk: {threshold: .inf}", "1:19", "not inf"), ("risk: {threshold: .nan}", "1:19", "not nan"),
        ("risk: {threshold: high}", "1:19", "must be a number"), ("risk: {half_life: 1s}", "1:19", "must be 1m to 3660d, not 1s"),
        ("risk: {half_life: 9999d}", "1:19", "must be 1m to 3660d"), ("risk: {half_life: 7}", "1:19", "a duration such as"),
        ("risk: {level: hihg}", "1:15", "did you mean \"high\"?"), ("risk: {points: {hihg: 1}}", "1:17", "did you mean \"high\"?"),
        ("risk: {points: {low: -1}}", "1:22", "must be 0 to 1000000, not -1"), ("risk: {points: 5}", "1:16", "must be a mapping"),
        ("risk: {confidence: {low: 2}}", "1:26", "must be 0 to 1, not 2"), ("risk: {treshold: 9}", "1:8", "did you mean \"threshold\"?"),
    ])
    func `what is wrong is said with its place`(text: String, place: String, message: String) {
        let (configuration, diagnostics) = read(text)
        #expect(configuration == nil)
        #expect(
            diagnostics.contains { $0.message.contains(message) && "\($0.location.line):\($0.location.column)" == place },
            "\(diagnostics)")
    }
}
