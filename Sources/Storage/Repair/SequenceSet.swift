/// A set of sequence numbers, kept as ranges: of a store's billions, few do not follow one another.
struct SequenceSet {
    /// In order, with numbers between them that are not in the set.
    private(set) var ranges: [ClosedRange<Int64>] = []

    mutating func insert(_ range: ClosedRange<Int64>) {
        // All that it touches become one.
        let first = index(endingAtOrAfter: range.lowerBound &- 1)
        var end = first
        var merged = range
        while end < ranges.count, ranges[end].lowerBound <= range.upperBound &+ 1 {
            merged = min(merged.lowerBound, ranges[end].lowerBound)...max(merged.upperBound, ranges[end].upperBound)
            end += 1
        }
        ranges.replaceSubrange(first..<end, with: [merged])
    }

    /// - Parameter numbers: ascending.
    mutating func insert(_ numbers: some Sequence<Int64>) {
        var run: ClosedRange<Int64>?
        for number in numbers {
            if let known = run, known.upperBound &+ 1 == number {
                run = known.lowerBound...number
            } else {
                if let run { insert(run) }
                run = number...number
            }
        }
        if let run { insert(run) }
    }

    func contains(_ number: Int64) -> Bool {
        let place = index(endingAtOrAfter: number)
        return place < ranges.count && ranges[place].lowerBound <= number
    }

    /// The ranges of `whole` that are not in the set, in order.
    func gaps(in whole: ClosedRange<Int64>) -> [ClosedRange<Int64>] {
        var gaps: [ClosedRange<Int64>] = []
        var next = whole.lowerBound
        for range in ranges[index(endingAtOrAfter: whole.lowerBound)...] {
            if range.lowerBound > whole.upperBound { break }
            if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= whole.upperBound { gaps.append(next...whole.upperBound) }
        return gaps
    }

    /// The first range that ends at or after a number.
    private func index(endingAtOrAfter number: Int64) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
