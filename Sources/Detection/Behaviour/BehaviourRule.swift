import EventModel
public import Sigma

/// What a behavioural rule is beside the rule that raises its findings.
public struct BehaviourRule: Sendable, Equatable {
    public var kind: CorrelationKind
    public var parameters: Behaviour
    /// Of `FindingRule.groupFields`, how many, from the first on, say whose behaviour it is. The others are what is new or rare.
    public var entityFields: Int
    /// Microseconds: the length of a bucket.
    public var bucket: Int64
    /// Changes when the state of the rule before is of no use to it any more: another condition alone goes on with it.
    public var stateFingerprint: String
}

extension FindingRule {
    /// The name of the table that the pages of its state are saved in; another one once they are of no use.
    var pageTable: String? { behaviour.map { "\(summary.id):\($0.stateFingerprint)" } }
}
