import Detection
import TestSupport
import Testing

struct FirstSeenTableTests {
    private static func table(_ capacity: Int = 1_000, window: UInt16 = 90, learning: UInt16 = 7) -> FirstSeenTable {
        FirstSeenTable(capacity: capacity, window: window, learning: learning, seed: 0x1234_5678_9abc_def1)
    }

    @Test(arguments: [
        // Days on which entity 1 was seen with value 10, then whether value 20 and value 10 are new on the last day.
        ([100], 106, .learning, .known(lastDay: 100)), ([100], 107, .first, .known(lastDay: 100)),
        ([100, 150], 240, .first, .known(lastDay: 150)), ([100, 150], 241, .first, .first),
        ([150, 100], 240, .first, .known(lastDay: 150)), ([], 100, .learning, .learning),
    ] as [([UInt16], UInt16, FirstSeenTable.Sighting, FirstSeenTable.Sighting)])
    func sightings(days: [UInt16], day: UInt16, new: FirstSeenTable.Sighting, old: FirstSeenTable.Sighting) {
        // Seen first on the earliest day; late events do not make the entity younger.
        var table = Self.table()
        for day in days { _ = table.see(10, entity: 1, day: day) }
        var other = table
        #expect(other.see(20, entity: 1, day: day) == (days.first == 150 ? .first : new))
        #expect(table.see(10, entity: 1, day: day) == old)
        #expect(table.see(10, entity: 1, day: day) == .known(lastDay: day))
    }

    @Test func `many tuples are kept apart, and a full table gives up the oldest`() {
        var table = Self.table(10_000)
        var generator = SeededGenerator(seed: 4)
        let keys = (0..<10_000).map { _ in generator.next() }
        for key in keys { #expect(table.see(key, entity: 1, day: 10) == .learning) }
        #expect(table.evictions < 50, "\(table.evictions)")
        #expect(keys.count { table.see($0, entity: 1, day: 20) == .known(lastDay: 10) } > 9_950)
        #expect(table.bytes <= 10_000 * 10 + 64 * 8 + 16 * 8)
        for _ in 0..<10_000 { _ = table.see(generator.next(), entity: 1, day: 30) }
        #expect(table.evictions > 1_000 && table.bytes <= 10_000 * 10 + 64 * 8 + 16 * 8)
        // What is beyond its window makes room.
        let before = table.evictions
        for _ in 0..<5_000 { _ = table.see(generator.next(), entity: 1, day: 300) }
        #expect(table.evictions - before < 50)
    }

    @Test func `a restored table goes on as the one that was saved`() throws {
        var generator = SeededGenerator(seed: 4)
        var table = Self.table()
        for day in UInt16(0)..<200 {
            for _ in 0..<10 { _ = table.see(generator.next() % 900, entity: generator.next() % 20, day: day) }
        }
        let bytes = table.snapshot()
        var restored = try FirstSeenTable(capacity: 1_000, window: 90, learning: 7, snapshot: bytes)
        #expect(restored == table && restored.snapshot() == bytes)
        for _ in 0..<1_000 {
            let (tuple, entity) = (generator.next() % 1_500, generator.next() % 30)
            #expect(table.see(tuple, entity: entity, day: 210) == restored.see(tuple, entity: entity, day: 210))
        }
        #expect(throws: SnapshotError.unknownFormat) { try FirstSeenTable(capacity: 999, window: 90, learning: 7, snapshot: bytes) }
        var damaged = bytes
        damaged[bytes.count / 2] ^= 1
        #expect(throws: SnapshotError.damaged) { try FirstSeenTable(capacity: 1_000, window: 90, learning: 7, snapshot: damaged) }
    }
}
