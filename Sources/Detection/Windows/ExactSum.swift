// Hot path.

/// A sum of doubles without any rounding, from which summands can be taken away again: what it says is a function of the set of
/// summands, whatever their order (Shewchuk 1997, "Adaptive precision floating-point arithmetic", expansions).
///
/// No sum of summands may be beyond the range of doubles.
struct ExactSum: Sendable, Equatable {
    /// The sum's parts, from the smallest, without overlap. Nearly always one or none.
    private var parts: [Double] = []

    mutating func removeAll() { parts.removeAll(keepingCapacity: true) }

    mutating func subtract(_ value: Double) { add(-value) }

    mutating func add(_ value: Double) {
        var carry = value
        var kept = 0
        for index in 0..<parts.count {
            // The sum of two doubles is a double and its rounding error, both exact (Knuth).
            let part = parts[index]
            let sum = carry + part
            let virtual = sum - carry
            let error = (carry - (sum - virtual)) + (part - virtual)
            if error != 0 {
                parts[kept] = error
                kept += 1
            }
            carry = sum
        }
        parts.removeLast(parts.count - kept)
        if carry != 0 { parts.append(carry) }
    }

    /// The sum, rounded once to the nearest double, ties to even.
    var value: Double {
        guard var sum = parts.last else { return 0 }
        var index = parts.count - 2
        var error = 0.0
        while index >= 0 {
            let high = sum
            sum = high + parts[index]
            error = parts[index] - (sum - high)
            index -= 1
            if error != 0 { break }
        }
        // A tie was rounded to even, though the parts below it break the tie.
        if index >= 0, (error < 0) == (parts[index] < 0) {
            let twice = error * 2
            let corrected = sum + twice
            if twice == corrected - sum { sum = corrected }
        }
        return sum
    }
}
