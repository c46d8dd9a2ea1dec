import Sigma

/// What a correlation computes from the numbers in a window, and what it asks of the result.
struct NumberCondition: Sendable, Equatable {
    enum Function: Sendable, Equatable {
        case sum
        case average
        /// 0...100. The median is the 50th.
        case percentile(Double)
    }

    var function: Function
    var conditions: [CountCondition]

    func holds(_ number: Double) -> Bool {
        for condition in conditions where !condition.holds(number) { return false }
        return true
    }
}
