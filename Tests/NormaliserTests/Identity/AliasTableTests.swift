import Normaliser
import TestSupport
import Testing

@Suite struct AliasTableTests {
    private static func key(_ number: Int) -> AliasTable.Key { .init(high: UInt64(number), low: 7) }
    private static func name(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static func table(_ lessons: [(key: Int, target: String, hour: UInt32)], capacity: Int = 1_000) -> AliasTable {
        var table = AliasTable(capacity: capacity)
        for lesson in lessons { _ = table.learn(key(lesson.key), name(lesson.target), lesson.hour) }
        return table
    }

    private static func current(_ table: AliasTable, _ number: Int) -> String? {
        table.current(key(number)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func theLatestAddressHolds() {
        let lessons: [(key: Int, target: String, hour: UInt32)] = [(1, "a", 10), (1, "b", 12), (1, "a", 11)]
        #expect(Self.current(Self.table(lessons), 1) == "b")
        #expect(Self.current(Self.table(lessons + [(1, "a", 13)]), 1) == "a")
        #expect(Self.current(Self.table([]), 1) == nil)
    }

    /// In one hour the newer one holds, so that a change of the address counts at once.
    @Test func aChangeCountsAtOnce() {
        #expect(Self.current(Self.table([(1, "b", 9), (1, "b", 10), (1, "c", 10)]), 1) == "c")
        #expect(Self.current(Self.table([(1, "a", 9), (1, "a", 10), (1, "b", 10), (1, "a", 10)]), 1) == "b")
    }

    @Test func whatSeveralShareIsNoOnes() {
        var table = Self.table([(1, "a", 1), (1, "b", 2), (1, "c", 3)])
        #expect(Self.current(table, 1) == "c")
        #expect(table.learn(Self.key(1), Self.name("d"), 4) == .news(replaced: Self.name("c")))
        #expect(table.isShared(Self.key(1)) && Self.current(table, 1) == nil)
        #expect(table.learn(Self.key(1), Self.name("a"), 9) == .known)
        #expect(Self.current(table, 1) == nil)
        table.forget(Self.key(1))
        #expect(table.learn(Self.key(1), Self.name("a"), 9) == .news(replaced: nil))
    }

    /// Until it is known to be stored, every event teaches it again.
    @Test func aLessonIsGivenUntilItIsStored() {
        var table = AliasTable(capacity: 10)
        #expect(table.learn(Self.key(1), Self.name("a"), 5) == .news(replaced: nil))
        #expect(table.learn(Self.key(1), Self.name("a"), 5) == .news(replaced: nil))
        table.confirm(Self.key(1), Self.name("a"))
        #expect(table.learn(Self.key(1), Self.name("a"), 5) == .known)
        #expect(table.learn(Self.key(1), Self.name("a"), 6) == .news(replaced: nil))
        #expect(table.learn(Self.key(1), Self.name("b"), 6) == .news(replaced: Self.name("a")))
        #expect(table.learn(Self.key(1), Self.name("a"), 7) == .news(replaced: Self.name("b")), "moved back")
    }

    /// Any order and any number of repetitions give the same table.
    @Test func orderAndRepetitionDoNotMatter() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            let lessons = (0..<Int.random(in: 1...40, using: &generator)).map { _ in
                (
                    key: Int.random(in: 0..<4, using: &generator),
                    target: String(UnicodeScalar(UInt8(97 + Int.random(in: 0..<5, using: &generator)))),
                    hour: UInt32.random(in: 0..<6, using: &generator)
                )
            }
            let expected = Self.table(lessons)
            let other = Self.table((lessons + lessons.prefix(Int.random(in: 0...lessons.count, using: &generator)))
                .shuffled(using: &generator))
            for number in 0..<4 {
                #expect(Self.current(expected, number) == Self.current(other, number))
                #expect(expected.isShared(Self.key(number)) == other.isShared(Self.key(number)))
                let histories = [expected, other].map { table in
                    table.history(Self.key(number)).map { "\(String(decoding: $0.target, as: UTF8.self)) \($0.first) \($0.last)" }
                        .sorted()
                }
                #expect(histories[0] == histories[1])
            }
        }
    }

    /// The bound holds whatever comes, and what was seen lately stays.
    @Test func theOldestGoFirst() {
        var table = AliasTable(capacity: 800)
        for number in 0..<10_000 {
            _ = table.learn(Self.key(number), Self.name("address \(number % 3_000)"), UInt32(number))
            #expect(table.count <= 800)
        }
        for number in 9_300..<10_000 { #expect(Self.current(table, number) == "address \(number % 3_000)") }
        #expect(Self.current(table, 0) == nil)
    }

    @Test func anEqualAgeDoesNotLiftTheBound() {
        var table = AliasTable(capacity: 100)
        for number in 0..<1_000 { _ = table.learn(Self.key(number), Self.name("a\(number)"), 5) }
        #expect(table.count <= 100 && table.count > 50)
    }

    @Test func oneAddressHasABoundedNumberOfNames() {
        var table = AliasTable(capacity: 10_000)
        for number in 0..<AliasTable.maximumNames { _ = table.learn(Self.key(number), Self.name("a"), 5) }
        #expect(table.learn(Self.key(9_999), Self.name("a"), 5) == .refused)
        table.forget(Self.key(0))
        #expect(table.learn(Self.key(9_999), Self.name("a"), 5) == .news(replaced: nil))
    }
}
