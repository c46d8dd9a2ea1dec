// Hot path.

/// The numbers of a window that slides over events in order.
///
/// Nothing depends on the way it came: sums are exact, and percentiles are those of the sorted numbers. So it is worked out anew
/// whenever events were inserted or dropped within it, and is not saved.
struct NumberWindow: Sendable, Equatable {
    /// The events in it, as places.
    private var start = 0
    private var end = 0
    private var sum = ExactSum()
    /// Of percentiles: the numbers in order.
    private var sorted: [Double] = []

    /// Empties it: the events have changed.
    mutating func reset() {
        start = 0
        end = 0
        sum.removeAll()
        sorted.removeAll(keepingCapacity: true)
    }

    /// An event was inserted, or nothing was but the places moved.
    mutating func noteInsertion(at position: Int) { if position < end { reset() } }

    /// What the function gives for the window that ends with the event at `place`.
    mutating func value(
        _ events: [PendingEvent], endingAt place: Int, timespan: Int64, _ function: NumberCondition.Function
    ) -> Double {
        let oldest = events[place].time - timespan
        if end > place + 1 || end == start || events[end - 1].time < oldest {
            reset()
            start = events.firstIndex(atOrAfter: oldest)
            end = start
        }
        while end <= place {
            add(Double(bitPattern: events[end].detail), function)
            end += 1
        }
        while events[start].time < oldest {
            remove(Double(bitPattern: events[start].detail), function)
            start += 1
        }
        switch function {
        case .sum: return sum.value
        case .average: return sum.value / Double(end - start)
        case .percentile(let percentile): return quantile(percentile)
        }
    }

    private mutating func add(_ number: Double, _ function: NumberCondition.Function) {
        switch function {
        case .sum, .average: sum.add(number)
        case .percentile: sorted.insert(number, at: place(of: number))
        }
    }

    private mutating func remove(_ number: Double, _ function: NumberCondition.Function) {
        switch function {
        case .sum, .average: sum.subtract(number)
        case .percentile: sorted.remove(at: place(of: number))
        }
    }

    /// The place of the first number that is not below `number`.
    private func place(of number: Double) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Linear interpolation between the two nearest ranks.
    private func quantile(_ percentile: Double) -> Double {
        let rank = Double(sorted.count - 1) * percentile / 100
        let below = Int(rank)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (sorted[above] - sorted[below]) * (rank - Double(below))
    }
}
