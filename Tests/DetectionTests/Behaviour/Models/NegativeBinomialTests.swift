import Detection
import Foundation
import Testing

/// Expected values: sums of the probabilities with 40 digits, the largest by another implementation of the incomplete beta function.
struct NegativeBinomialTests {
    @Test(arguments: [
        (1, 1e-4, 0.3, 4.00009408328743), (1, 0.5, 0.3, 0.5936150141895845), (3, 1, 1, 0.9030899869919435),
        (10, 2, 0.5, 1.4329166386760692), (60, 5, 3, 9.798734195984752), (200, 5, 6.5, 63.46430188380359),
        (1_168, 3, 6, 544.8935507940555), (5, 10, 2, 0.13266479546354273), (1_000, 900, 50, 0.6633021982041185),
        (100_000, 50_000, 49, 7.785838793597419), (50, 1e-4, 0.3, 175.52929168675593),
        (4_000_000, 2_000_000, 2, 1.0382074021932977), (4_000_000, 2_000_000, 30, 5.16259381356381),
        (1_100_000, 1_000_000, 50, 0.6341174814363776),
    ] as [(UInt32, Double, Double, Double)])
    func upperTail(count: UInt32, mean: Double, size: Double, expected: Double) {
        let tail = NegativeBinomial.upperTail(count, mean: mean, size: size)
        #expect(abs(tail - expected) <= 1e-7 * max(1, expected), "\(tail)")
    }

    @Test(arguments: [
        (0, 10, 5, 2.385606273598312), (3, 50, 20, 8.046525124205063), (0, 1_000, 49, 65.19839100008717),
        (40, 50, 20, 0.6075649763392876), (0, 0.5, 1, 0.17609125905568124), (100, 1_000, 10, 6.763196019905538),
    ] as [(UInt32, Double, Double, Double)])
    func lowerTail(count: UInt32, mean: Double, size: Double, expected: Double) {
        let tail = NegativeBinomial.lowerTail(count, mean: mean, size: size)
        #expect(abs(tail - expected) <= 1e-8 * max(1, expected), "\(tail)")
    }

    @Test(arguments: [
        (0, 1, 1), (5, 0, 1), (5, -1, 1), (5, 1, 0), (5, .nan, 1), (5, 1, .nan), (5, .infinity, 1), (5, 1, .infinity),
        (5, .leastNonzeroMagnitude, 1e10),
    ] as [(UInt32, Double, Double)])
    func `what is no distribution is not unusual`(count: UInt32, mean: Double, size: Double) {
        #expect(NegativeBinomial.upperTail(count, mean: mean, size: size) == 0)
    }

    @Test func `the largest count ends, and is finite`() {
        for mean in [1e-4, 1, 1e3, 1e9, 4.29e9] {
            for size in [0.05, 1, 50] {
                let tail = NegativeBinomial.upperTail(.max, mean: mean, size: size)
                #expect(tail.isFinite && tail >= 0)
            }
        }
    }

    @Test func `tails grow with the distance from the mean, and both together are certain`() {
        for mean in [0.01, 1, 7.3, 250] {
            for size in [0.1, 1, 6, 49] {
                var last = 0.0
                for count in UInt32(0)...300 {
                    let upper = NegativeBinomial.upperTail(count, mean: mean, size: size)
                    #expect(upper >= last - 1e-9, "\(count) \(mean) \(size)")
                    last = upper
                    guard count > 0 else { continue }
                    let lower = NegativeBinomial.lowerTail(count - 1, mean: mean, size: size)
                    #expect(abs(Double.power(-upper) + Double.power(-lower) - 1) < 1e-9, "\(count) \(mean) \(size)")
                }
            }
        }
    }
}

extension Double {
    /// 10 to the power of `exponent`.
    static func power(_ exponent: Double) -> Double { Foundation.pow(10, exponent) }
}
