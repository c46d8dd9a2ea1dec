import Detection
import EventModel
import LocatedYAML
import Sigma
import TestSupport
import Testing

/// The rules that come with the program, on events as the mappings make them.
struct ShippedRulesTests {
    /// The repository's folder of detections, found from this file.
    static let folder = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 } + "/rules/detections"

    static func collection(_ folders: String...) throws -> SigmaCollection {
        // What goes across products builds on rules of theirs.
        let paths = folders.contains("cross_app") ? [folder] : folders.map { "\(folder)/\($0)" }
        let loaded = SigmaLoader.load(paths: paths)
        try #require(!loaded.hasErrors, "\(loaded.diagnostics)")
        return loaded.collection
    }

    /// Events of one story, each some seconds after the one before.
    struct Story {
        var events: [TestEvent] = []
        var time: Int64 = 0

        mutating func add(_ fields: [(String, String)], by who: String, after seconds: Int64, repeats: Int = 1) {
            for _ in 0..<repeats {
                time += seconds
                let sequence = Int64(events.count + 1)
                events.append(TestEvent(sequence, at: time, kinds: [], fields: [("identity", who)] + fields))
            }
        }
    }

    enum Part: Sendable {
        case failures(Int, every: Int64)
        case success(after: Int64, by: String = "dana@example.com")
        case downloads(Int, every: Int64 = 5)
        case share(after: Int64, by: String = "dana@example.com")

        func tell(_ story: inout Story) {
            let dana = "dana@example.com"
            func signIn(_ status: String) -> [(String, String)] {
                [("class_uid", "3002"), ("activity_id", "1"), ("status_id", status)]
            }
            switch self {
            case .failures(let count, let seconds): story.add(signIn("2"), by: dana, after: seconds, repeats: count)
            case .success(let seconds, let who): story.add(signIn("1"), by: who, after: seconds)
            case .downloads(let count, let seconds):
                story.add([("class_uid", "6006"), ("activity_id", "2")], by: dana, after: seconds, repeats: count)
            case .share(let seconds, let who):
                story.add([("metadata.event_code", "AnonymousLinkCreated")], by: who, after: seconds)
            }
        }
    }

    static func stream(_ parts: [Part], _ collection: SigmaCollection) -> (stream: Stream, events: [TestEvent]) {
        var story = Story()
        for part in parts { part.tell(&story) }
        var products = RuleFixtures.products.products
        products[0].logSources.append(LogSource(category: "saas_audit"))
        return (Stream(collection, lateness: 300, products: ProductCatalog(products)), story.events)
    }

    static func titles(_ stream: Stream) -> [String] { stream.findings.values.map(\.rule.title).sorted() }

    @Test(arguments: ["identity", "cross_app", "github"])
    func `every folder gives no error, with what it builds on`(folder: String) throws {
        let collection = try Self.collection("identity", folder)
        let ruleSet = RuleSet(collection: collection, products: RuleFixtures.products, catalog: FieldCatalog())
        #expect(ruleSet.diagnostics.filter { $0.severity == .error }.isEmpty)
        let known = Set(ruleSet.findingRules.map(\.summary.id))
        #expect(known.isSuperset(of: collection.correlations.map(\.metadata.id)))
    }

    @Test(arguments: [
        ([.failures(12, every: 20), .success(after: 60)], true),
        ([.failures(10, every: 20), .success(after: 900)], true),
        ([.failures(9, every: 20), .success(after: 60)], false),
        ([.failures(19, every: 10)], false),
        ([.failures(12, every: 20), .success(after: 60, by: "ben@example.com")], false),
        ([.failures(12, every: 20), .success(after: 901)], false),
        ([.failures(12, every: 3_600), .success(after: 60)], false),
        ([.success(after: 60), .failures(12, every: 20)], false),
    ] as [([Part], Bool)])
    func `a brute force that succeeded`(parts: [Part], isFound: Bool) throws {
        var (stream, events) = Self.stream(parts, try Self.collection("identity"))
        stream.feed(events)
        stream.end()
        // The burst alone raises nothing: another correlation builds on it.
        #expect(Self.titles(stream) == (isFound ? ["Brute force that succeeded"] : []))
        for finding in stream.findings.values {
            // The firing events of the burst, and the success.
            #expect(finding.count == events.count - 9)
            #expect(finding.evidence.map(\.sequence) == events.map(\.sequence))
            #expect(finding.group == [Finding.GroupValue(field: "identity", value: "dana@example.com")])
        }
    }

    static let takeover: [Part] = [
        .failures(12, every: 20), .success(after: 60), .downloads(60), .share(after: 600),
    ]

    @Test(arguments: [
        (takeover, true),
        ([.success(after: 60), .downloads(60), .share(after: 600)], false),
        ([.failures(9, every: 20), .success(after: 60), .downloads(60), .share(after: 600)], false),
        ([.failures(12, every: 20), .success(after: 60), .downloads(49), .share(after: 600)], false),
        ([.failures(12, every: 20), .success(after: 60), .downloads(60), .share(after: 600, by: "ben@example.com")], false),
        ([.failures(12, every: 20), .success(after: 60), .downloads(60), .share(after: 18_000)], false),
        ([.failures(12, every: 20), .success(after: 60), .share(after: 30), .downloads(60)], false),
        ([.downloads(60), .failures(12, every: 20), .success(after: 60), .share(after: 600)], false),
    ] as [([Part], Bool)])
    func `an account takeover across products`(parts: [Part], isFound: Bool) throws {
        var (stream, events) = Self.stream(parts, try Self.collection("identity", "cross_app"))
        stream.feed(events)
        stream.end()
        #expect(Self.titles(stream).contains("Account takeover that ended in exfiltration") == isFound)
    }

    @Test func `the takeover's evidence tells the whole story, in any order of arrival`() throws {
        let collection = try Self.collection("identity", "cross_app")
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<8 {
            var (stream, events) = Self.stream(Self.takeover, collection)
            let arrivals = events.map { ($0, $0.time + Int64.random(in: 0...300, using: &generator)) }.sorted { $0.1 < $1.1 }
            stream.feed(arrivals.map(\.0), using: &generator)
            stream.end()
            #expect(
                Self.titles(stream) == [
                    "Account shows signs of a takeover, and of damage", "Account takeover that ended in exfiltration",
                    "Brute force that succeeded", "Far more downloads than this identity usually makes",
                ])
            let found = stream.findings.values.first { $0.rule.level == .critical }
            let finding = try #require(found)
            #expect(finding.evidence.map(\.sequence) == events.map(\.sequence))
            let names = Dictionary(collection.rules.map { ($0.metadata.id, $0.metadata.title) }, uniquingKeysWith: { a, _ in a })
            #expect(
                Set(finding.evidence.map { names[$0.rule] }) == [
                    "Sign-in failed", "Sign-in succeeded", "File downloaded", "File shared to the outside",
                ])
            // One success, eleven downloads from the fiftieth on, one share.
            #expect(finding.count == 13)
        }
    }
}
