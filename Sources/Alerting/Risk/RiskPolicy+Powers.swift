import Glibc

extension RiskPolicy {
    static func powerOfTwo(_ exponent: Double) -> Double { exp2(exponent) }
    static func logarithm(_ value: Double) -> Double { log2(value) }
}
