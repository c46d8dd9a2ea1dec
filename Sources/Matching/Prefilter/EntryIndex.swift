/// Where the entries of an `EventMatcher` are filed: runs of `postings` by test, by slot, and by product. Immutable.
struct EntryIndex: Sendable {
    struct Run: Sendable {
        var first: UInt32 = 0
        var end: UInt32 = 0
    }

    struct Slot: Sendable {
        /// Some entry is filed under an equality (a pattern) of this slot, so each event's values must be looked up (tried).
        var looksUpKeys = false
        var triesPatterns = false
        /// The entries filed under the slot's presence.
        var present = Run()
    }

    /// An entry under one of its keys, with all that it takes to run it.
    struct Posting: Sendable {
        var entry: UInt32
        /// Where its program starts.
        var start: Int32
        /// Index of its set of products among the gates.
        var gate: UInt32
        /// The entry is filed under several keys, so it can turn up twice for one event.
        var isRepeated: Bool
    }

    let tests: FrozenBuffer<Run>
    let slots: FrozenBuffer<Slot>
    /// By product; the last one stands for products beyond the catalog.
    let always: FrozenBuffer<Run>
    let looksUpAnyValue: FrozenBuffer<Bool>
    let triesAnyValue: FrozenBuffer<Bool>
    let postings: FrozenBuffer<Posting>
}
