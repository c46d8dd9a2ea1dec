import EventModel
public import LocatedYAML

/// Runs the tests that stand in mapping files, by the engine that makes the events of the store.
public struct MappingTests {
    /// What came of them.
    public struct Outcome: Sendable {
        public var passed = 0
        public var failed = 0
        /// Each at the expectation that does not hold, with what was found.
        public var failures: [Diagnostic] = []
        /// The products whose files have no test.
        public var untested: [String] = []
    }

    private let mappings: ProductMappings
    private let validator = EventValidator()
    /// 2026-01-01T00:00:00Z
    private static let receivedAt = Timestamp(seconds: 1_767_225_600)

    public init(_ mappings: ProductMappings) { self.mappings = mappings }

    public func run() -> Outcome {
        var outcome = Outcome()
        let normaliser = Normaliser(mappings: mappings)
        for (number, tests) in mappings.tests.enumerated() {
            let product = mappings.products[UInt16(number + 1)].name
            if tests.isEmpty { outcome.untested.append(product) }
            for test in tests {
                let failures = run(test, product, normaliser)
                outcome.failures += failures
                if failures.isEmpty { outcome.passed += 1 } else { outcome.failed += 1 }
            }
        }
        return outcome
    }

    private func run(_ test: MappingTest, _ product: String, _ normaliser: Normaliser) -> [Diagnostic] {
        let log = DiagnosticLog()
        let arena = Arena(capacity: test.record.count + 64)
        let offset = test.record.withUnsafeBytes { arena.append($0) }
        // A source's product is looked up by the source's number once.
        let source = Source(id: test.isConfigured ? 1 : 0, name: "test", product: test.isConfigured ? product : nil)
        let batch = (test.isConfigured ? Normaliser(mappings: mappings) : normaliser).normalise(
            RecordBatch(
                source: source, receivedAt: Self.receivedAt, bytes: arena,
                records: [RecordSpan(offset: UInt32(offset), length: UInt32(test.record.count))]))
        if batch.rows.count != test.events.count {
            log.error(at: test.location, "\(test.name): the record has \(batch.rows.count) events, not \(test.events.count)")
        }
        var documents = OCSFDocument(catalog: mappings.catalog, products: mappings.products)
        for (index, expected) in test.events.enumerated() where index < batch.rows.count {
            let event = batch[index]
            let found = mappings.products[event.row.product].name
            if found != product {
                let reason = event.text(.quarantineError).map { ": \($0)" } ?? ""
                log.error(at: expected.location, "\(test.name): the record is taken for \(found)'s, not \(product)'s\(reason)")
                continue
            }
            guard let document = JSONTree(documents.bytes(of: event)) else {
                log.error(at: expected.location, "\(test.name): the event is no JSON")
                continue
            }
            check(test, expected, event, document, log)
        }
        return log.diagnostics
    }

    private func check(
        _ test: MappingTest, _ expected: MappingTest.ExpectedEvent, _ event: Event, _ document: JSONTree, _ log: DiagnosticLog
    ) {
        if let target = expected.target { check(test, target, event, document, log) }
        for flaw in validator.flaws(document) {
            log.error(at: expected.location, "\(test.name): not valid in OCSF \(OCSFVersions.written): \(flaw)")
        }
        let leaves = document.leaves
        for field in expected.fields {
            let found = leaves.filter { $0.path == field.path || $0.path.hasPrefix(field.path + ".") }
            let shown = found.map { $0.path == field.path ? "\"\($0.text)\"" : "\($0.path) \"\($0.text)\"" }.first
            if let texts = field.texts {
                if found.contains(where: { $0.path == field.path && texts.contains($0.text) }) { continue }
                let hint = shown == nil ? Self.elsewhere(texts, leaves) : ""
                log.error(
                    at: field.location, "\(test.name): \(field.path) is \(shown ?? "not there"), not \"\(texts[0])\"\(hint)")
            } else if let shown {
                log.error(at: field.location, "\(test.name): \(field.path) is \(shown); nothing is expected there")
            }
        }
    }

    private func check(
        _ test: MappingTest, _ target: MappingPlace, _ event: Event, _ document: JSONTree, _ log: DiagnosticLog
    ) {
        guard let eventClass = EventClass.with(uid: event.row.classUID) else { return }
        let number = document["activity_id"]?.text.flatMap { Int($0) }
        let activity = eventClass.activities.first { $0.id == number }?.name ?? ""
        let found = "\(eventClass.name)/\(activity)"
        if target.text == found || target.text == eventClass.name { return }
        log.error(at: target.location, "\(test.name): the event is \(found), not \(target.text); mapping explain shows why")
    }

    /// Where a text that is missed stands instead.
    private static func elsewhere(_ texts: [String], _ leaves: [(path: String, text: String)]) -> String {
        let other = leaves.first { texts.contains($0.text) && $0.path != "raw_data" }
        return other.map { "; it stands at \($0.path)" } ?? ""
    }
}
