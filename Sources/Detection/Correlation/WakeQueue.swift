// Hot path.

/// Groups in the order in which something has to be decided for them: a binary heap.
///
/// A group may be in it several times, and may be gone when its turn comes: its `GroupState.wakeTime` says which entry counts.
struct WakeQueue: Sendable {
    struct Entry: Sendable {
        /// Due once the watermark is beyond.
        var time: Int64
        var key: GroupKey
        var slot: UInt32

        /// At equal times by the group's key, so that the order is the same after a restart.
        static func < (a: Entry, b: Entry) -> Bool {
            if a.time != b.time { return a.time < b.time }
            return a.key.high != b.key.high ? a.key.high < b.key.high : a.key.low < b.key.low
        }
    }

    private var entries: [Entry] = []

    /// `.max` if the queue is empty.
    var nextDue: Int64 { entries.first?.time ?? .max }

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var place = entries.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            if !(entries[place] < entries[parent]) { return }
            entries.swapAt(place, parent)
            place = parent
        }
    }

    /// Takes out the earliest entry that is due; nil if none is.
    mutating func popDue(watermark: Int64) -> Entry? {
        guard let first = entries.first, first.time < watermark else { return nil }
        let last = entries.removeLast()
        if entries.isEmpty { return first }
        entries[0] = last
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < entries.count && entries[child] < entries[least] {
                least = child
            }
            if least == place { return first }
            entries.swapAt(place, least)
            place = least
        }
    }
}
