import EventModel
public import Sigma

/// What a behavioural rule is beside the rule that raises its findings.
public struct BehaviourRule: Sendable, Equatable {
    /// What a match of one of the rules adds to the risk of an entity.
    public struct Risk: Sendable, Equatable {
        public var points: Double
        /// ATT&CK tactics, as Sigma names them.
        public var tactics: [String]

        init(_ rule: RuleSummary) {
            points = rule.level.riskPoints
            tactics = rule.tactics
        }
    }

    public var kind: CorrelationKind
    public var parameters: Behaviour
    /// Of `FindingRule.groupFields`, how many, from the first on, say whose behaviour it is.
    public var entityFields: Int
    /// How many of those that follow are new or rare.
    public var valueFields: Int
    /// Whether another one follows, which says who the peers are, if an event has a value there.
    public var hasPeers: Bool
    /// Microseconds: the length of a bucket.
    public var bucket: Int64
    /// For each of the rule's steps; of `risk` alone.
    public var risks: [Risk]
    /// Changes when the state of the rule before is of no use to it any more: another condition alone goes on with it.
    public var stateFingerprint: String
}

extension FindingRule {
    /// For so long an entity that was told is not told again, in microseconds.
    var quietTime: Int64 { suppression?.duration ?? Behaviour.day }

    /// The name of the table that the pages of its state are saved in; another one once they are of no use.
    var pageTable: String? { behaviour.map { "\(summary.id):\($0.stateFingerprint)" } }
}
