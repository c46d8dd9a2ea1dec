/// One event of a batch satisfied one rule: what detection hands on, before the event is stored.
public struct RuleMatch: Sendable, Hashable {
    /// The event's row in its `EventBatch`.
    public var row: UInt32
    /// Index into `RuleSet.rules`.
    public var rule: UInt32

    public init(row: UInt32, rule: UInt32) {
        self.row = row
        self.rule = rule
    }
}
