import Detection
import TestSupport
import Testing

struct CountTableTests {
    private static let start: UInt32 = 490_000
    private static let configuration: CountConfiguration = {
        var configuration = CountConfiguration(bucketSeconds: 3_600)
        configuration.minimumCount = 10
        configuration.minimumRatio = 3
        return configuration
    }()

    private static func key(_ number: Int) -> UInt64 {
        var generator = SeededGenerator(seed: UInt64(number))
        return generator.next()
    }

    /// The same without triggers, index and pages.
    private struct Reference {
        let model: CountModel
        var entities: [UInt64: CountModelTests.Entity] = [:]
        var startHour = UInt32.max

        mutating func add(_ key: UInt64, _ bucket: UInt32, _ count: UInt32) -> Bool {
            startHour = min(startHour, model.hour(of: bucket))
            var entity = entities[key] ?? .init(model, bucket: bucket, mean: model.configuration.priorMean, key: key)
            entity.advance(model, to: bucket)
            entity.state.count += count
            var isFired = false
            if let demand = model.demand(entity.state, startHour: startHour) {
                isFired = model.fires(entity.state.count, entity.expectation(model), demand: demand)
            }
            if isFired { entity.state.lastAlert = bucket }
            entities[key] = entity
            return isFired
        }
    }

    @Test(arguments: [CountConfiguration.ColdStart.silent, .peers, .fire])
    func `it fires where the formulas do, event by event`(coldStart: CountConfiguration.ColdStart) {
        for isNoveltyNeeded in [true, false] {
            var configuration = Self.configuration
            configuration.coldStart = coldStart
            configuration.isNoveltyNeeded = isNoveltyNeeded
            configuration.suppression = 5 * 3_600
            var table = CountTable(configuration, capacity: 1_000)
            var reference = Reference(model: CountModel(configuration))
            var generator = SeededGenerator(seed: 5)
            var fired = 0
            for hour in UInt32(0)..<900 {
                for number in 0..<40 where Int.random(in: 0..<40, using: &generator) > number / 2 {
                    let burst = Int.random(in: 0..<400, using: &generator) == 0
                    for _ in 0..<Int.random(in: 1...(burst ? 60 : 3), using: &generator) {
                        let count = UInt32.random(in: 1...2, using: &generator)
                        let outcome = table.add(Self.key(number), bucket: Self.start + hour, count: count)
                        let isFired = if case .fired = outcome { true } else { false }
                        #expect(isFired == reference.add(Self.key(number), Self.start + hour, count))
                        if isFired { fired += 1 }
                    }
                }
            }
            #expect(fired > 10 && table.seasonalCount > 0 && table.count == 40)
        }
    }

    @Test func `a burst is told once, with what it rests on, before its bucket is over`() throws {
        var table = CountTable(Self.configuration, capacity: 10)
        var scores: [(index: UInt32, score: CountScore)] = []
        for hour in UInt32(0)..<400 where hour % 24 < 8 {
            let count: UInt32 = hour == 386 ? 200 : 4
            for index in 1...count {
                if case .fired(let score) = table.add(Self.key(1), bucket: Self.start + hour) { scores.append((index, score)) }
            }
        }
        try #require(scores.count == 1)
        let (index, score) = scores[0]
        #expect(score.count == index && index < 60 && score.bucket == Self.start + 386)
        #expect(score.record == 4 && score.score >= 6 && score.tail > 3 && score.isSeasonal && score.firstHour == Self.start)
        #expect(score.recordSince <= Self.start)
        #expect(table.score(Self.key(1))?.count == 4 && table.score(Self.key(2)) == nil)
    }

    @Test(arguments: [
        // Age in hours, active buckets, whether a burst fires.
        (100, 10, false), (167, 10, false), (168, 10, true), (400, 4, false), (400, 5, true),
    ] as [(UInt32, UInt32, Bool)])
    func warmUp(age: UInt32, active: UInt32, isFired: Bool) {
        var table = CountTable(Self.configuration, capacity: 10)
        for hour in 0..<active { _ = table.add(Self.key(1), bucket: Self.start + hour) }
        var outcomes: [CountTable.Outcome] = []
        for _ in 0..<500 { outcomes.append(table.add(Self.key(1), bucket: Self.start + age)) }
        #expect(outcomes.contains { if case .fired = $0 { true } else { false } } == isFired)
    }

    @Test func `drops are told when their bucket is closed`() {
        var configuration = Self.configuration
        configuration.direction = .drop
        configuration.isSeasonal = false
        var table = CountTable(configuration, capacity: 10)
        var found: [CountScore] = []
        for hour in UInt32(0)..<300 {
            for number in 1...2 where !(number == 1 && hour >= 290) {
                #expect(table.add(Self.key(number), bucket: Self.start + hour, count: 40 + hour % 5) != .refused)
            }
            found += table.closeDrops(Self.start + hour)
        }
        #expect(found.map(\.key) == [Self.key(1)] && found.first?.bucket == Self.start + 290)
        #expect(found.first?.count == 0 && found.first?.record == 40)
        #expect(found.first.map { $0.expected > 30 && $0.score > 6 } == true)
        var spikes = CountTable(Self.configuration, capacity: 10)
        _ = spikes.add(1, bucket: Self.start)
        #expect(spikes.closeDrops(Self.start).isEmpty)
    }

    @Test func `late events never fire, and what cannot be is refused`() {
        var table = CountTable(Self.configuration, capacity: 10)
        #expect(table.add(1, bucket: Self.start) == .new)
        #expect(table.add(1, bucket: Self.start) == .counted)
        #expect(table.add(1, bucket: Self.start - 1, count: 1_000_000) == .late)
        #expect(table.add(1, bucket: 1 << 29) == .refused)
        #expect(table.add(2, bucket: .max) == .refused)
        #expect(table.statistics.lateEvents == 1 && table.statistics.refused == 2 && table.statistics.evictions == 0)
        #expect(table.score(1)?.record == 1_000_000)
        _ = table.add(1, bucket: Self.start, count: .max)
        #expect(table.add(1, bucket: Self.start, count: .max) == .counted && table.score(1)?.count == .max)
        // The present and the far future.
        _ = table.add(1, bucket: (1 << 29) - 1)
        #expect(table.score(1)?.expected.isFinite == true)
    }

    @Test func `when full it forgets the idle, then the least active, and knows them again`() {
        var configuration = Self.configuration
        configuration.coldStart = .fire
        var table = CountTable(configuration, capacity: 64, idleSeconds: 100 * 3_600)
        for number in 0..<64 { #expect(table.add(Self.key(number), bucket: Self.start, count: number == 0 ? 9 : 5) == .new) }
        // All but number 7 come again.
        for number in 0..<64 where number != 7 { _ = table.add(Self.key(number), bucket: Self.start + 150, count: 5) }
        #expect(table.add(Self.key(100), bucket: Self.start + 150) == .new)
        #expect(table.score(Self.key(7)) == nil && table.count == 64 && table.statistics.evictions == 1)
        #expect(table.add(Self.key(7), bucket: Self.start + 150) == .counted)
        #expect(table.statistics.resumed == 1)
        // One that is resumed has to be learned anew before it fires.
        #expect(table.add(Self.key(7), bucket: Self.start + 150, count: 10_000) == .counted)
    }

    @Test func `what fired lately is never forgotten`() {
        var configuration = Self.configuration
        configuration.coldStart = .fire
        var table = CountTable(configuration, capacity: 20)
        for number in 0..<20 {
            let outcome = table.add(Self.key(number), bucket: Self.start, count: 10_000)
            let isFired = if case .fired = outcome { true } else { false }
            #expect(isFired)
        }
        #expect(table.add(Self.key(50), bucket: Self.start + 1) == .refused)
        #expect(table.add(Self.key(50), bucket: Self.start + 26) == .new)
    }

    @Test func `random entities come and go as in a dictionary`() {
        var generator = SeededGenerator(seed: 3)
        var table = CountTable(Self.configuration, capacity: 300)
        for round in 0..<30_000 {
            let number = Int.random(in: 0..<900, using: &generator)
            let bucket = Self.start + UInt32(round / 100)
            let before = table.score(Self.key(number))
            let outcome = table.add(Self.key(number), bucket: bucket)
            #expect(before == nil || outcome == .counted, "\(round)")
            let after = table.score(Self.key(number))
            #expect(after?.bucket == bucket)
            #expect(after?.count == (before.map { $0.bucket == bucket ? $0.count : 0 } ?? 0) + 1, "\(round)")
            #expect(table.count <= 300)
        }
        #expect(table.statistics.evictions > 1_000)
    }

    @Test func `entities are found whatever came and went around them`() {
        var generator = SeededGenerator(seed: 12)
        var table = CountTable(Self.configuration, capacity: 5_000)
        var present: Set<UInt64> = []
        for round in 0..<60_000 {
            let key = Self.key(Int.random(in: 0..<7_000, using: &generator))
            _ = table.add(key, bucket: Self.start + UInt32(round / 500))
            present.insert(key)
        }
        let found = present.filter { table.score($0) != nil }
        #expect(found.count == 5_000 && table.count == 5_000 && table.statistics.evictions > 10_000)
        #expect(found.allSatisfy { table.score($0)?.key == $0 })
    }

    @Test func `a copy goes its own way`() {
        var table = CountTable(Self.configuration, capacity: 100)
        for round in UInt32(0)..<30 {
            for number in 0..<50 { _ = table.add(Self.key(number), bucket: Self.start + round) }
        }
        var copy = table
        for number in 0..<100 { _ = copy.add(Self.key(number), bucket: Self.start + 40, count: 3) }
        #expect(table.count == 50 && copy.count == 100 && table.score(Self.key(70)) == nil && copy.score(Self.key(70))?.count == 3)
        for number in 0..<50 {
            #expect(table.score(Self.key(number))?.bucket == Self.start + 29 && copy.score(Self.key(number))?.count == 3)
        }
        let before = copy.score(Self.key(1))
        _ = table.add(Self.key(1), bucket: Self.start + 50, count: 9)
        #expect(copy.score(Self.key(1)) == before && table.score(Self.key(1))?.count == 9)
    }

    @Test func `to touch entities changes nothing`() {
        var generator = SeededGenerator(seed: 14)
        var (table, touched) = (CountTable(Self.configuration, capacity: 300), CountTable(Self.configuration, capacity: 300))
        for round in UInt32(0)..<400 {
            let keys = (0..<[0, 1, 64, 100][Int(round % 4)]).map { _ in Self.key(Int.random(in: 0..<400, using: &generator)) }
            touched.touch(keys.span, bucket: Self.start + round / 2)
            for key in keys {
                #expect(table.add(key, bucket: Self.start + round / 2) == touched.add(key, bucket: Self.start + round / 2))
            }
        }
        #expect(table.seasonalCount > 0 && table.takeDirtyPages() == touched.takeDirtyPages())
    }

    // MARK: Pages

    private static func busy(_ rounds: Int, capacity: Int = 300, into pages: inout [Int: CountTable.Page]) -> CountTable {
        var generator = SeededGenerator(seed: 9)
        var table = CountTable(configuration, capacity: capacity)
        for round in 0..<rounds {
            let number = min(Int.random(in: 0..<900, using: &generator), Int.random(in: 0..<900, using: &generator))
            _ = table.add(key(number), bucket: start + UInt32(round / 40))
            if round % 997 == 0 { for page in table.takeDirtyPages() { pages[page.number] = page } }
        }
        for page in table.takeDirtyPages() { pages[page.number] = page }
        return table
    }

    @Test func `pages saved over each other are the whole table`() throws {
        var pages: [Int: CountTable.Page] = [:]
        var table = Self.busy(40_000, into: &pages)
        #expect(table.seasonalCount > 0 && table.statistics.evictions > 0)
        #expect(table.takeDirtyPages().isEmpty)
        var restored = try CountTable(Self.configuration, capacity: 300, pages: pages.values.shuffled())
        #expect(restored.takeDirtyPages().isEmpty)
        #expect(restored.statistics == table.statistics && restored.seasonalCount == table.seasonalCount)
        for number in 0..<900 { #expect(restored.score(Self.key(number)) == table.score(Self.key(number))) }
        // Both go on alike, and write the same bytes.
        var generator = SeededGenerator(seed: 10)
        for _ in 0..<5_000 {
            let key = Self.key(Int.random(in: 0..<2_000, using: &generator))
            let count = UInt32.random(in: 1...30, using: &generator)
            #expect(table.add(key, bucket: Self.start + 1_001, count: count) == restored.add(key, bucket: Self.start + 1_001, count: count))
        }
        #expect(table.takeDirtyPages() == restored.takeDirtyPages())
    }

    @Test func `only what changed is written`() {
        var table = CountTable(Self.configuration, capacity: 100_000)
        for number in 0..<3_200 { _ = table.add(Self.key(number), bucket: Self.start) }
        #expect(table.takeDirtyPages().map(\.number) == Array(0...100))
        _ = table.add(Self.key(0), bucket: Self.start)
        _ = table.add(Self.key(3_199), bucket: Self.start)
        let pages = table.takeDirtyPages()
        #expect(pages.map(\.number) == [0, 1, 100])
        #expect(pages.allSatisfy { $0.bytes.count < 32 * 57 + 200 })
    }

    @Test func `damaged, missing and foreign pages are refused`() throws {
        var pages: [Int: CountTable.Page] = [:]
        _ = Self.busy(5_000, into: &pages)
        let all = pages.values.sorted { $0.number < $1.number }
        let configuration = Self.configuration
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<fuzzRounds(200) {
            var damaged = all
            let page = Int.random(in: 0..<all.count, using: &generator)
            let byte = Int.random(in: 0..<all[page].bytes.count, using: &generator)
            damaged[page].bytes[byte] ^= UInt8.random(in: 1...255, using: &generator)
            #expect(throws: SnapshotError.damaged) { try CountTable(configuration, capacity: 300, pages: damaged) }
        }
        #expect(throws: SnapshotError.unknownFormat) { try CountTable(configuration, capacity: 300, pages: []) }
        #expect(throws: SnapshotError.unknownFormat) { try CountTable(configuration, capacity: 300, pages: Array(all.dropFirst())) }
        #expect(throws: SnapshotError.unknownFormat) { try CountTable(configuration, capacity: 301, pages: all) }
        #expect(throws: SnapshotError.damaged) { try CountTable(configuration, capacity: 300, pages: [all[0]] + all.dropFirst(2)) }
        #expect(throws: (any Error).self) { try CountTable(configuration, capacity: 300, pages: all + [all[1]]) }
        var other = configuration
        other.halfLife += 1
        #expect(throws: SnapshotError.unknownFormat) { try CountTable(other, capacity: 300, pages: all) }
        other = configuration
        other.sensitivity = 9
        #expect(throws: Never.self) { try CountTable(other, capacity: 300, pages: all) }
    }

    @Test func `a million entities fit into 220 bytes each`() {
        var table = CountTable(Self.configuration, capacity: 50_000)
        for round in UInt32(0)..<30 {
            for number in UInt64(0)..<50_000 { _ = table.add(number &* 0x9e37_79b9_7f4a_7c15, bucket: Self.start + round) }
        }
        #expect(table.seasonalCount == 50_000 && table.bytes <= 220 * 50_000, "\(table.bytes / 50_000)")
    }
}
