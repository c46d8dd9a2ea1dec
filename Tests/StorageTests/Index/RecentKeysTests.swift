import EventModel
import Storage
import TestSupport
import Testing

@Suite("Recent keys")
struct RecentKeysTests {
    private static func key(_ number: UInt64) -> EventKey { EventKey(high: number, low: ~number) }

    @Test func knowsAtLeastHalfOfItsCapacity() {
        var recent = RecentKeys(capacity: 10_000)
        for number in UInt64(1)...100_000 {
            recent.begin(1)
            let isNew = recent.insert(Self.key(number))
            #expect(isNew)
            recent.commit()
            if number > 5_000 && number % 997 == 0 {
                recent.begin(2)
                let isOldNew = recent.insert(Self.key(number - 4_999))
                let isLastNew = recent.insert(Self.key(number))
                #expect(!isOldNew && !isLastNew)
                recent.rollBack()
            }
        }
        let count = recent.count
        #expect(count <= 10_000)
    }

    @Test func takesAtMostFortyBytesAKey() {
        var recent = RecentKeys(capacity: 1 << 20)
        for commit in UInt64(0)..<400 {
            recent.begin(8_192)
            for number in UInt64(1)...8_192 { _ = recent.insert(Self.key(commit << 20 | number)) }
            recent.commit()
            let footprint = recent.footprint
            #expect(footprint <= 40 << 20)
        }
    }

    @Test func noKeyIsAlwaysNew() {
        var recent = RecentKeys(capacity: 1_024)
        recent.begin(2)
        let (first, second, count) = (recent.insert(.none), recent.insert(.none), recent.count)
        #expect(first && second && count == 0)
    }

    /// Against a set, with commits that fail at random.
    @Test(arguments: 1...5) func rollBackForgetsExactlyTheLastCommit(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var recent = RecentKeys(capacity: 1 << 16)
        var known: Set<EventKey> = []
        for _ in 0..<200 {
            let keys = (0..<100).map { _ in Self.key(UInt64.random(in: 1...8_000, using: &random)) }
            var added: Set<EventKey> = []
            recent.begin(keys.count)
            for key in keys {
                let isNew = !known.contains(key) && added.insert(key).inserted
                let answer = recent.insert(key)
                #expect(answer == isNew)
            }
            if Bool.random(using: &random) {
                recent.commit()
                known.formUnion(added)
            } else {
                recent.rollBack()
            }
            let count = recent.count
            #expect(count == known.count)
        }
    }
}
