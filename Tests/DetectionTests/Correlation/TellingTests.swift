import Detection
import EventModel
import Sigma
import TestSupport
import Testing

/// What has changed is told when it is taken: how often that is changes nothing in the end.
struct TellingTests {
    static let seeds: [UInt64] = Array(0..<8)

    static func stream(lateness: Int64 = 60, limits: CorrelatorLimits = CorrelatorLimits()) -> Stream {
        Stream(CorrelatorTests.collection(CorrelatorTests.threeFailures), lateness: lateness, limits: limits)
    }

    static func failures(_ times: ClosedRange<Int64>, user: String = "ana") -> [TestEvent] {
        times.map { TestEvent($0 + 1, at: $0, "b0", user: user) }
    }

    @Test(arguments: seeds, [false, true])
    func `taking at any time ends in the states that taking after each event gives`(seed: UInt64, isChain: Bool) throws {
        var generator = SeededGenerator(seed: 30_000 + seed)
        for number in 0..<40 {
            let test = isChain ? ChainPropertyTests.makeCase(&generator) : CorrelatorPropertyTests.makeCase(&generator)
            // Some events come late as well, and groups are given up. Not so in chains, where an episode that was over can then
            // be found twice under one id.
            let few = CorrelatorLimits(groupsPerRule: Int.random(in: 1...4, using: &generator), groups: 12)
            var each = Stream(
                test.collection, lateness: isChain ? test.lateness : test.lateness / 3,
                limits: isChain ? CorrelatorLimits() : few)
            var seldom = each
            for event in test.arrivals {
                each.feed([event])
                seldom.count([event])
                switch Int.random(in: 0...11, using: &generator) {
                case 0: seldom.takeChanges()
                case 1: seldom.takeRaised()
                case 2:
                    seldom.takeChanges()
                    try seldom.restore()
                default: break
                }
                var copy = seldom.correlator
                #expect(copy.hasRaised == !copy.takeRaised().isEmpty)
                #expect(copy.hasChanges == !copy.takeChanges().isEmpty)
            }
            each.end()
            seldom.end()
            #expect(seldom.findings == each.findings, "seed \(seed), case \(number)")
            #expect(!seldom.correlator.hasChanges && !seldom.correlator.hasRaised)
        }
    }

    @Test func `a finding is told once however often it changed`() {
        var stream = Self.stream()
        for event in Self.failures(0...9) { stream.count([event]) }
        #expect(stream.correlator.hasRaised)
        let changes = stream.takeChanges()
        #expect(changes.filter { $0.finding.rule.id == "c" }.map(\.finding.count) == [10])
        #expect(changes.allSatisfy { $0.kind == .raised })
        #expect(!stream.correlator.hasRaised && !stream.correlator.hasChanges)
        #expect(stream.takeChanges().isEmpty)
    }

    @Test func `raised findings are taken alone, later states of known ones stay`() {
        var stream = Self.stream()
        stream.feed(Self.failures(0...2))
        stream.count(Self.failures(3...5))
        #expect(!stream.correlator.hasRaised && stream.correlator.hasChanges)
        #expect(stream.takeRaised().isEmpty)
        stream.count(Self.failures(6...9, user: "ben"))
        #expect(stream.correlator.hasRaised)
        #expect(stream.takeRaised().filter { $0.finding.rule.id == "c" }.map(\.finding.count) == [4])
        #expect(!stream.correlator.hasRaised && stream.correlator.hasChanges)
        #expect(stream.findings.values.filter { $0.rule.id == "c" }.map(\.count).sorted() == [3, 4])
        stream.count([TestEvent(30, at: 10, "b0", user: "ben")])
        #expect(!stream.correlator.hasRaised)
        #expect(stream.takeChanges().allSatisfy { $0.kind == .extended })
        #expect(stream.findings.values.filter { $0.rule.id == "c" }.map(\.count).sorted() == [5, 6])
    }

    @Test func `what is discarded is known from then on`() {
        var stream = Self.stream()
        stream.count(Self.failures(0...5))
        stream.correlator.discardChanges()
        #expect(!stream.correlator.hasRaised && !stream.correlator.hasChanges)
        stream.correlator.count(stream.extract([TestEvent(7, at: 6, "b0")]))
        let changes = stream.correlator.takeChanges()
        #expect(changes.filter { $0.finding.rule.id == "c" }.map(\.finding.count) == [7])
        #expect(changes.allSatisfy { $0.kind == .extended })
    }

    @Test func `a snapshot knows what of its open findings is untold`() throws {
        var stream = Self.stream()
        stream.feed(Self.failures(0...2))
        stream.count(Self.failures(3...3) + Self.failures(4...7, user: "ben"))
        var restored = stream
        try restored.restore()
        #expect(restored.correlator.hasRaised)
        let expected = Set(stream.takeChanges().map { "\($0.kind) \($0.finding.json)" })
        #expect(Set(restored.takeChanges().map { "\($0.kind) \($0.finding.json)" }) == expected)
        #expect(restored.correlator.snapshot() == stream.correlator.snapshot())
    }

    @Test func `a group given up tells its finding all the same`() {
        var stream = Self.stream(lateness: 0, limits: CorrelatorLimits(groupsPerRule: 1, groups: 100))
        stream.count(Self.failures(0...2))
        stream.count(Self.failures(5...5, user: "ben"))
        #expect(stream.correlator.hasRaised)
        #expect(stream.takeRaised().filter { $0.finding.rule.id == "c" }.map(\.finding.count) == [3])
        #expect(stream.correlator.statistics.first { $0.rule.id == "c" }?.statistics.evictions == 1)
    }

    @Test func `a finding that ended untold is raised with its last state`() {
        var stream = Self.stream(lateness: 0)
        stream.count(Self.failures(0...3))
        stream.count([TestEvent(50, at: 100, "b1", user: "ben")])
        #expect(stream.correlator.liveGroups > 0)
        #expect(stream.takeRaised().filter { $0.finding.rule.id == "c" }.map(\.finding.count) == [4])
        #expect(stream.takeChanges().allSatisfy { $0.finding.rule.id != "c" })
    }

    @Test func `an event too late, which makes two findings one, loses neither`() {
        // The watermark is beyond the first episode's end, so that the second is raised beside it.
        var stream = Self.stream(lateness: 5)
        stream.count([TestEvent(20, at: 19, "b1", user: "ben")])
        stream.count([0, 1, 2, 13, 14, 15].map { TestEvent($0 + 1, at: $0, "b0") })
        var each = stream
        each.takeChanges()
        #expect(each.findings.values.filter { $0.rule.id == "c" }.map(\.count) == [3, 3])
        for one in [TestEvent(30, at: 8, "b0"), TestEvent(31, at: 9, "b0")] {
            stream.count([one])
            each.feed([one])
        }
        stream.takeChanges()
        #expect(stream.findings == each.findings)
        #expect(stream.findings.values.filter { $0.rule.id == "c" }.map(\.count).sorted() == [3, 8])
    }

    @Test func `a reload keeps what was not taken, of rules that are gone too`() {
        var stream = Self.stream()
        stream.count(Self.failures(0...2))
        var changed = CorrelatorTests.threeFailures
        changed.metadata.version = "2"
        stream.ruleSet = RuleSet(
            collection: CorrelatorTests.collection(changed), products: RuleFixtures.products, catalog: stream.catalog)
        stream.correlator.replace(ruleSet: stream.ruleSet)
        #expect(stream.correlator.hasRaised && stream.correlator.hasChanges)
        #expect(stream.takeRaised().filter { $0.finding.rule.id == "c" }.map(\.finding.count) == [3])
        #expect(!stream.correlator.hasRaised && !stream.correlator.hasChanges)
    }
}
