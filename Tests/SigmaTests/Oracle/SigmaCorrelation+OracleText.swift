import Sigma

/// The notation of `scripts/support/oracle/sigma-conditions` for correlations.
extension SigmaCorrelation {
    var oracleText: String {
        let bounds = conditions.map { "\($0.relation.rawValue) \(Self.text($0.bound))" }.joined(separator: " ")
        let percentile = percentile.map { " percentile \(Int($0))" } ?? ""
        let condition = ruleCondition?.oracleTree ?? ([bounds] + valueFields).joined(separator: " ") + percentile
        let aliases = aliases.flatMap { alias, fields in fields.map { "\(alias):\($0):\($1)" } }.sorted()
        return "\(kind.rawValue) \(rules.joined(separator: ",")) by \(groupBy.joined(separator: ",")) "
            + "within \(timespan / 1_000_000) if \(condition) aliases \(aliases.joined(separator: ","))"
    }

    private static func text(_ bound: CountCondition.Bound) -> String {
        switch bound {
        case .whole(let value): "\(value)"
        case .decimal(let value): "\(value)"
        }
    }
}

extension RuleCondition {
    fileprivate var oracleTree: String {
        switch self {
        case .rule(let id): id
        case .not(let inner): "not(\(inner.oracleTree))"
        case .all: Self.group("and", members)
        case .any: Self.group("or", members)
        }
    }

    private var members: [RuleCondition] {
        switch self {
        case .all(let parts): parts.flatMap { if case .all = $0 { $0.members } else { [$0] } }
        case .any(let parts): parts.flatMap { if case .any = $0 { $0.members } else { [$0] } }
        case .rule, .not: [self]
        }
    }

    private static func group(_ kind: String, _ members: [RuleCondition]) -> String {
        "\(kind)(\(members.map(\.oracleTree).sorted().joined(separator: ", ")))"
    }
}
