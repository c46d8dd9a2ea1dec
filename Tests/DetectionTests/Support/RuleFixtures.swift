import EventModel
import LocatedYAML
import Matching
import Sigma

/// Rules for tests: base rule `b0` matches events whose `kinds` has `b0`, and so on.
enum RuleFixtures {
    static let products = ProductCatalog([
        Product(name: "okta", logSources: [LogSource(product: "okta", service: "okta")]),
        Product(name: "github", logSources: [LogSource(product: "github", service: "audit")]),
    ])

    static func metadata(_ id: String, version: String = "1") -> RuleMetadata {
        RuleMetadata(
            id: id, title: "Title \(id)", version: "\(id)-\(version)",
            location: SourceLocation(file: "\(id).yml", line: 1, column: 1))
    }

    static func base(_ id: String, version: String = "1", logSource: LogSource = LogSource()) -> SigmaRule {
        SigmaRule(
            metadata: metadata(id, version: version), logSource: logSource,
            expression: .test(FieldTest(.named("kinds"), .text(.exactly(id)))))
    }

    /// A correlation; times in seconds.
    static func correlation(
        _ id: String, _ kind: CorrelationKind, rules: [String] = ["b0"], by groupBy: [String] = ["user"],
        within timespan: Int64 = 10, _ conditions: [CountCondition] = [], field: String? = nil, version: String = "1",
        fields: [String] = [], aliases: [String: [String: String]] = [:], condition: RuleCondition? = nil,
        percentile: Double? = nil, generate: Bool = false
    ) -> SigmaCorrelation {
        SigmaCorrelation(
            metadata: metadata(id, version: version), kind: kind, rules: rules, groupBy: groupBy, aliases: aliases,
            timespan: timespan * 1_000_000, conditions: conditions, ruleCondition: condition,
            valueFields: field.map { [$0] } ?? fields, percentile: percentile, generate: generate)
    }
}
