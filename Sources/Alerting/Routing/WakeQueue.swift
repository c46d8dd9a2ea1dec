import EventModel

/// When which group is looked at next: a binary heap, the earliest first, of equal times in the order of the keys.
struct WakeQueue: Sendable {
    private struct Entry: Comparable {
        var due: Timestamp
        var key: String

        static func < (a: Entry, b: Entry) -> Bool { (a.due, a.key) < (b.due, b.key) }
    }

    private var heap: [Entry] = []

    var first: Timestamp? { heap.first?.due }

    mutating func insert(_ key: String, at due: Timestamp) {
        heap.append(Entry(due: due, key: key))
        var place = heap.count - 1
        while place > 0, heap[place] < heap[(place - 1) / 2] {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Takes out all whose time has come.
    mutating func removeDue(_ now: Timestamp) -> [String] {
        var keys: [String] = []
        while let first = heap.first, first.due <= now {
            keys.append(first.key)
            removeFirst()
        }
        return keys
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child] < heap[least] { least = child }
            if least == place { return }
            heap.swapAt(place, least)
            place = least
        }
    }
}
