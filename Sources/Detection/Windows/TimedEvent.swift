// Hot path.

/// What windows keep in order: by event time, then by number in the store.
protocol TimedEvent {
    var time: Int64 { get }
    var mark: EventMark { get }
}

extension TimedEvent {
    @inline(__always)
    static func < (a: Self, b: Self) -> Bool {
        a.time != b.time ? a.time < b.time : a.mark < b.mark
    }
}

extension Array where Element: TimedEvent {
    /// Where `event` belongs in this sorted array. Constant time when it belongs near the end.
    func position(for event: Element) -> Int {
        var low = count
        var step = 1
        while low > 0, event < self[low - 1] {
            // Gallop back from the end, then search in the last stride.
            let next = Swift.max(0, low - step)
            if event < self[next] {
                low = next
                step *= 2
                continue
            }
            var high = low
            low = next
            while low < high {
                let middle = (low + high) / 2
                if event < self[middle] { high = middle } else { low = middle + 1 }
            }
            return low
        }
        return low
    }

    /// Index of the first event at or after `time`.
    func firstIndex(atOrAfter time: Int64) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
