// Hot path.

/// An event's number in the store and the base rule that it matched, in 8 bytes.
struct EventMark: Sendable, Hashable, Comparable {
    /// Sequence number in the upper 52 bits, base rule's place in `FindingRule.steps` in the lower 12.
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(sequence: Int64, step: Int) {
        rawValue = UInt64(truncatingIfNeeded: sequence) &<< 12 | UInt64(truncatingIfNeeded: step & 0xfff)
    }

    var sequence: Int64 { Int64(rawValue &>> 12) }
    var step: Int { Int(rawValue & 0xfff) }

    static func < (a: EventMark, b: EventMark) -> Bool { a.rawValue < b.rawValue }
}

/// What a window keeps of one event. Ordered by event time, then by number in the store.
struct RetainedEvent: Sendable, Equatable {
    var time: Int64
    var mark: EventMark
    /// `value_count`: hash of the value. Temporal types: one bit for every base rule matched. Else 0.
    var detail: UInt64

    @inline(__always)
    static func < (a: RetainedEvent, b: RetainedEvent) -> Bool {
        a.time != b.time ? a.time < b.time : a.mark < b.mark
    }
}

extension Array<RetainedEvent> {
    /// Where `event` belongs in this sorted array. Constant time when it belongs near the end.
    func position(for event: RetainedEvent) -> Int {
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
