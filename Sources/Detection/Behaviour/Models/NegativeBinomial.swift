import Glibc

// Hot path.

/// Tails of the negative binomial distribution with a mean and a size: variance mean + mean² / size.
///
/// Both tails are regularised incomplete beta functions, from their continued fraction by Lentz's method (NIST DLMF 8.17.22), in
/// logarithms: a tail of 10^-300 and less is still told apart from another.
public enum NegativeBinomial {
    /// -log10 of the probability that a count is `count` or more: how unusual it is upwards. 0 for a count of 0, and for numbers
    /// that are no distribution.
    public static func upperTail(_ count: UInt32, mean: Double, size: Double) -> Double {
        guard count > 0, isDistribution(mean, size) else { return 0 }
        return negativeLog10Beta(Double(count), size, at: mean / (mean + size), complement: size / (mean + size))
    }

    /// -log10 of the probability that a count is `count` or less: how unusual it is downwards.
    public static func lowerTail(_ count: UInt32, mean: Double, size: Double) -> Double {
        guard isDistribution(mean, size) else { return 0 }
        return negativeLog10Beta(size, Double(count) + 1, at: size / (mean + size), complement: mean / (mean + size))
    }

    private static func isDistribution(_ mean: Double, _ size: Double) -> Bool {
        mean > 0 && size > 0 && mean.isFinite && size.isFinite && mean / (mean + size) > 0 && size / (mean + size) > 0
    }

    /// -log10 of I_x(a, b); `complement` is 1 - x, which rounding would spoil.
    private static func negativeLog10Beta(_ a: Double, _ b: Double, at x: Double, complement y: Double) -> Double {
        let front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(y)
        // On the other side of the mean the fraction converges slowly; there the complement's does not.
        if x < (a + 1) / (a + b + 2) { return max(0, -(front + log(fraction(a, b, x) / a)) / log(10)) }
        let rest = exp(front) * fraction(b, a, y) / b
        return rest < 1 ? max(0, -log1p(-rest) / log(10)) : 0
    }

    private static func logGamma(_ x: Double) -> Double { lgamma(x).0 }

    /// The continued fraction of I_x(a, b) without what stands before it.
    private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
        let tiny = 1e-300
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        d = 1 / (abs(d) < tiny ? tiny : d)
        var value = d
        // A few dozen rounds mostly. The largest counts near their mean take the square root of the count; beyond the limit the
        // value is exact to some digits, which is more than a score needs.
        for round in 1...20_000 {
            let m = Double(round)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 + even * d
            d = 1 / (abs(d) < tiny ? tiny : d)
            c = 1 + even / c
            if abs(c) < tiny { c = tiny }
            value *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 + odd * d
            d = 1 / (abs(d) < tiny ? tiny : d)
            c = 1 + odd / c
            if abs(c) < tiny { c = tiny }
            value *= d * c
            if abs(d * c - 1) < 1e-13 { break }
        }
        return value
    }
}
