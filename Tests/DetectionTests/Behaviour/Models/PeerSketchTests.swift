import Detection
import TestSupport
import Testing

struct PeerSketchTests {
    @Test func `quantiles are within two percent`() throws {
        var sketch = PeerSketch()
        for value in (1...10_000).shuffled() { sketch.add(Double(value)) }
        for share in [0.0, 0.01, 0.25, 0.5, 0.9, 0.99, 1] {
            let exact = (share * 9_999).rounded(.down) + 1
            let quantile = try #require(sketch.quantile(share))
            #expect(abs(quantile - exact) <= 0.0201 * exact, "\(share): \(quantile)")
        }
        #expect(abs(sketch.rank(9_900) - 0.99) < 0.03 && sketch.rank(20_000) == 1 && sketch.rank(0.5) == 0)
    }

    @Test func `low values are joined when they span too much, and high ones stay exact`() throws {
        for values in [(-8...12).map { Double.power(Double($0)) }, (-8...12).reversed().map { Double.power(Double($0)) }] {
            var sketch = PeerSketch()
            for value in values { sketch.add(value) }
            #expect(abs(try #require(sketch.quantile(1)) / 1e12 - 1) <= 0.0201)
            #expect(abs(try #require(sketch.quantile(0.9)) / 1e10 - 1) <= 0.0201)
            #expect(try #require(sketch.quantile(0)) > 1e7)
            #expect(sketch.count == 21 && sketch.snapshot().count < 1_100)
        }
    }

    @Test func `merged groups are as one`() throws {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<50 {
            var (one, other, both) = (PeerSketch(), PeerSketch(), PeerSketch())
            for index in 0..<200 {
                let value = index % 10 == 0 ? 0 : Double.power(Double.random(in: -3...6, using: &generator))
                if index % 3 == 0 { one.add(value) } else { other.add(value) }
                both.add(value)
            }
            one.merge(other)
            #expect(one.count == both.count && one.zeros == both.zeros)
            for share in [0.05, 0.5, 0.9, 1] { #expect(one.quantile(share) == both.quantile(share), "\(share)") }
            let restored = try PeerSketch(snapshot: one.snapshot())
            #expect(restored == one && restored.snapshot() == one.snapshot())
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, -1])
    func `what is no amount is not added`(value: Double) {
        var sketch = PeerSketch()
        sketch.add(value)
        #expect(sketch == PeerSketch() && sketch.quantile(0.5) == nil && sketch.rank(value) == 0)
    }

    @Test func `the ends of all numbers are amounts`() throws {
        var sketch = PeerSketch()
        for value in [0, Double.leastNonzeroMagnitude, Double.greatestFiniteMagnitude, 1e-9, 1] { sketch.add(value) }
        #expect(sketch.zeros == 2 && sketch.count == 5)
        #expect(try #require(sketch.quantile(1)).isFinite)
        #expect(sketch.quantile(1.5) == nil && sketch.quantile(.nan) == nil)
        #expect(throws: SnapshotError.damaged) { try PeerSketch(snapshot: Array(sketch.snapshot().dropLast())) }
    }
}
