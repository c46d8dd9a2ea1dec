import Detection
import TestSupport
import Testing

struct KnownBeforeTests {
    @Test func `what was put in is found for one to two lifetimes`() {
        var generator = SeededGenerator(seed: 1)
        let keys = (0..<1_000).map { _ in generator.next() }
        var known = KnownBefore(capacity: 1_000, bucket: 100)
        for key in keys { known.insert(key) }
        #expect(known.givenUp == 0 && keys.allSatisfy { known.contains($0) })
        let others = (0..<100_000).count { _ in known.contains(generator.next()) }
        #expect(others < 40, "\(others)")
        known.rotate(149, lifetime: 50)
        #expect(keys.allSatisfy { known.contains($0) })
        known.rotate(150, lifetime: 50)
        #expect(keys.allSatisfy { known.contains($0) })
        known.insert(7)
        known.rotate(200, lifetime: 50)
        #expect(!known.isEmpty && known.contains(7) && keys.count { known.contains($0) } < 5)
        known.rotate(10_000, lifetime: 50)
        #expect(known.isEmpty && !known.contains(7))
    }

    @Test func `when it overflows it gives up, and counts`() {
        var generator = SeededGenerator(seed: 1)
        var known = KnownBefore(capacity: 60, bucket: 0)
        for _ in 0..<500 { known.insert(generator.next()) }
        #expect(known.givenUp > 0)
    }
}
