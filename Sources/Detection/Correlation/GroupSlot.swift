// Hot path.

/// A group's fixed part. A *compact* group, of one episode of a few events that came in time and do not reach the condition,
/// consists of it and of a run (`EventRuns`), one of a single event mostly of it alone. All others have a `GroupState`.
struct GroupSlot: Sendable, Equatable {
    static let none = UInt32.max

    var key: GroupKey
    /// Time and mark of a compact group's latest event.
    var time: Int64
    var mark: EventMark
    /// The next slot in the same bucket of the `ExpiryWheel`, or in the list of free slots.
    var next: UInt32
    /// Place of the group's `GroupState`, name of its run (`EventRuns.isRun`), or none.
    var state: UInt32

    /// The place of its `GroupState`; nil if it is compact.
    @inline(__always)
    var statePlace: Int? { state == Self.none || EventRuns.isRun(state) ? nil : Int(state) }
}
