import Detection
import EventModel
import Sigma
import TestSupport
import Testing

/// Events through detection, extraction and correlation, as the pipeline does it.
struct Stream {
    let catalog: FieldCatalog
    let source: Source
    var ruleSet: RuleSet
    var detector: Detector
    var extractor = MatchExtractor()
    var correlator: Correlator
    /// Of what is fed from its own source.
    var receivedAt = Timestamp(seconds: 1_000_000)
    private let products: ProductCatalog
    /// The last state of each finding, by its id.
    private(set) var findings: [String: Finding] = [:]

    /// - Parameter lateness: in seconds.
    init(
        _ collection: SigmaCollection, lateness: Int64 = 0, limits: CorrelatorLimits = CorrelatorLimits(),
        products: ProductCatalog = RuleFixtures.products
    ) {
        catalog = FieldCatalog()
        self.products = products
        source = Source(id: 0, name: "test", allowedLateness: lateness * 1_000_000)
        ruleSet = RuleSet(collection: collection, products: products, catalog: catalog)
        detector = Detector(ruleSet: ruleSet)
        correlator = Correlator(ruleSet: ruleSet, lateness: source.allowedLateness, limits: limits)
    }

    mutating func extract(_ events: [TestEvent]) -> MatchBatch {
        let stored = events.stored(catalog: catalog, source: source, receivedAt: receivedAt)
        return extractor.extract(stored, matches: detector.detect(stored.batch), ruleSet: ruleSet)
    }

    @discardableResult
    mutating func feed(_ events: [TestEvent]) -> [FindingChange] {
        note(correlator.process(extract(events)))
    }

    /// Feeds the events without taking what changes.
    mutating func count(_ events: [TestEvent]) { correlator.count(extract(events)) }

    /// The pages of behavioural rules that changed, over those that were saved before.
    mutating func save(to saved: inout [String: [Int: StatePage]]) {
        for (table, change) in correlator.takeStatePages() {
            for page in change.pages { saved[table, default: [:]][page.number] = page }
        }
    }

    /// Goes on with a correlator that knows what was saved, and nothing else.
    mutating func restart(_ saved: inout [String: [Int: StatePage]]) throws {
        save(to: &saved)
        correlator = try Correlator(
            restoring: correlator.snapshot(), ruleSet: ruleSet, lateness: source.allowedLateness,
            pages: saved.mapValues { Array($0.values) })
    }

    @discardableResult
    mutating func takeChanges() -> [FindingChange] { note(correlator.takeChanges()) }

    @discardableResult
    mutating func takeRaised() -> [FindingChange] { note(correlator.takeRaised()) }

    /// Feeds a batch of another source.
    @discardableResult
    mutating func feed(_ events: [TestEvent], from source: Source, receivedAt: Int64) -> [FindingChange] {
        let stored = events.stored(catalog: catalog, source: source, receivedAt: Timestamp(seconds: receivedAt))
        let matches = detector.detect(stored.batch)
        return note(correlator.process(extractor.extract(stored, matches: matches, ruleSet: ruleSet)))
    }

    /// Feeds the events in batches of random sizes.
    mutating func feed(_ events: [TestEvent], using generator: inout SeededGenerator) {
        var rest = events[...]
        while !rest.isEmpty {
            let size = Int.random(in: 1...5, using: &generator)
            feed(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
    }

    @discardableResult
    mutating func advance(to seconds: Int64) -> [FindingChange] { note(correlator.advance(to: Timestamp(seconds: seconds))) }

    /// Goes over to other rules.
    mutating func replace(_ collection: SigmaCollection) {
        ruleSet = RuleSet(collection: collection, products: products, catalog: catalog)
        detector = Detector(ruleSet: ruleSet)
        correlator.replace(ruleSet: ruleSet)
    }

    /// No event will come any more.
    @discardableResult
    mutating func end() -> [FindingChange] {
        note(correlator.advance(to: Timestamp(seconds: 100_000_000)))
    }

    /// Every finding is raised once before it is extended.
    private mutating func note(_ changes: [FindingChange]) -> [FindingChange] {
        for change in changes {
            let isKnown = findings[change.finding.uid] != nil
            #expect(isKnown == (change.kind == .extended))
            findings[change.finding.uid] = change.finding
        }
        return changes
    }

    mutating func restore() throws {
        correlator = try Correlator(
            restoring: correlator.snapshot(), ruleSet: ruleSet, lateness: source.allowedLateness, limits: correlator.limits)
    }

    /// What every order of arrival must agree on: all but the ids.
    var outcome: [Outcome] { findings.values.map(Outcome.init).sorted() }
}

/// A finding without its id, comparable with what the reference says.
struct Outcome: Equatable, Comparable, CustomStringConvertible {
    var rule: String
    var group: [String]
    var first: Int64
    var last: Int64
    var count: Int
    var evidence: [Int64]

    init(rule: String, group: [String], first: Int64, last: Int64, count: Int, evidence: [Int64]) {
        self.rule = rule
        self.group = group
        self.first = first
        self.last = last
        self.count = count
        self.evidence = evidence
    }

    init(_ finding: Finding) {
        self.init(
            rule: finding.rule.id, group: finding.group.map { "\($0.field)=\($0.value)" },
            first: finding.firstSeen.microseconds / 1_000_000, last: finding.lastSeen.microseconds / 1_000_000,
            count: finding.count, evidence: finding.evidence.map(\.sequence))
    }

    static func < (a: Outcome, b: Outcome) -> Bool { a.description < b.description }

    var description: String { "\(rule) \(group) \(first)...\(last) ×\(count) \(evidence)" }
}
