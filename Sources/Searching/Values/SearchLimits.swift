/// How much memory a search may take. Hostile or careless queries end with an error that says what to do, not with the machine.
public struct SearchLimits: Sendable, Equatable {
    /// Different combinations of the `by` fields of one stage.
    public var groups = 200_000
    /// Distinct values that `dc` and `values` of one stage hold, all groups together.
    public var distinctValues = 1_000_000
    /// Members of one `values` list.
    public var listedValues = 1_000
    /// Rows that `sort` and `tail` hold.
    public var heldRows = 100_000
    /// Bytes of those rows, their events included.
    public var heldBytes = 512 << 20
    /// Numbers that percentiles keep exactly, a group; beyond them a sketch is kept (`PercentileSketch`).
    public var exactNumbers = 1_000
    /// Numbers and sketch buckets of all percentiles of one stage.
    public var percentileCells = 8_000_000
    /// Combinations of list members that one row may fall into.
    public var combinations = 1_000
    /// Buckets of time of one `timechart`.
    public var timeBuckets = 10_000

    public init() {}
}
