// Hot path.

/// A group's fixed part. A group of a single event consists of it alone.
struct GroupSlot: Sendable, Equatable {
    static let none = UInt32.max

    var key: GroupKey
    /// Time and mark of the only event, as long as `state` is none.
    var time: Int64
    var mark: EventMark
    /// The next slot in the same bucket of the `ExpiryWheel`, or in the list of free slots.
    var next: UInt32
    /// Place of the group's `GroupState`.
    var state: UInt32
}
