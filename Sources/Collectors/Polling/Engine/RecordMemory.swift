package import EventModel

/// The keys of the records that may be given again, as the store has them committed or is about to.
///
/// Bounded: beyond the limit the oldest are forgotten, and their repeats would be stored again; whoever asks is told.
package struct RecordMemory {
    private var times: [RecordKey: Timestamp] = [:]
    private let limit: Int
    /// Times before this are of no use any more.
    private var horizon = Timestamp.distantPast
    /// Entries there were when the old ones were last removed: they are when there are twice as many.
    private var countAfterRemoval = 0

    package init(_ entries: [SourceMemory.Entry] = [], limit: Int) {
        self.limit = max(2, limit)
        times = Dictionary(entries.map { ($0.key, $0.time) }, uniquingKeysWith: max)
        countAfterRemoval = times.count
    }

    package var count: Int { times.count }

    package func contains(_ key: RecordKey) -> Bool { times[key] != nil }

    /// Remembers a record. False if it was known: then it is a repeat.
    package mutating func insert(_ key: RecordKey, at time: Timestamp) -> Bool {
        if times[key] != nil { return false }
        times[key] = time
        return true
    }

    /// Entries before this time will not be asked for again.
    package mutating func forget(before time: Timestamp) {
        guard time > horizon else { return }
        horizon = time
        if times.count > max(1_024, 2 * countAfterRemoval) { removeForgotten() }
    }

    /// Where there are more keys than the limit: forgets the oldest quarter.
    /// - Returns: the time before which all are forgotten now; nil if there was room.
    package mutating func shrink() -> Timestamp? {
        guard times.count > limit else { return nil }
        removeForgotten()
        guard times.count > limit else { return nil }
        let sorted = times.values.sorted()
        horizon = max(horizon, sorted[sorted.count - limit * 3 / 4])
        removeForgotten()
        if times.count > limit {
            // More of one instant than there is room for.
            horizon = horizon + 1
            removeForgotten()
        }
        return horizon
    }

    private mutating func removeForgotten() {
        times = times.filter { $0.value >= horizon }
        countAfterRemoval = times.count
    }
}
