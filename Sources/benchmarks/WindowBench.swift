import ArgumentParser
import CMalloc
import Detection
import EventModel
import Glibc
import LocatedYAML
import Sigma

/// One correlation over many groups: updates a CPU-second, and bytes a live group.
struct WindowBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "windows", abstract: "Updates a CPU-second and bytes a group of one correlation type.")

    @Option(help: "A correlation type of Sigma, as written in rules.")
    var type: String

    @Option(help: "How many groups are live at once.")
    var groups = 1_000

    @Option(help: "How many updates are timed, after one that makes each group.")
    var updates = 1_000_000

    @Flag(name: .customLong("tell"), help: "Take what is found after every 10,000 updates, as text.")
    var tells = false

    func run() throws {
        let loaded = SigmaLoader.load(text: rule())
        guard !loaded.hasErrors else { throw ValidationError(loaded.diagnostics.map(\.description).joined(separator: "\n")) }
        let catalog = FieldCatalog()
        let ruleSet = RuleSet(
            collection: loaded.collection, products: ProductCatalog([]), catalog: catalog, ignoringLogSource: true)
        if let error = ruleSet.diagnostics.first(where: { $0.severity == .error }) { throw ValidationError(error.description) }
        let limits = CorrelatorLimits(groupsPerRule: groups * 2, groups: groups * 2)
        var correlator = Correlator(ruleSet: ruleSet, lateness: 0, limits: limits)
        // Every update is a match; those of temporal types are of one of two rules.
        var maker = MatchMaker(ruleSet: ruleSet, catalog: catalog, groups: groups, steps: type.hasPrefix("temporal") ? 2 : 1)

        // One event makes each group, the timed updates bring more; the memory that stays is what the groups take.
        let before = Self.allocated
        var made = 0
        while made < groups {
            let count = min(MatchMaker.batchSize, groups - made)
            correlator.count(maker.batch(count, inOrder: true))
            made += count
        }
        let groupBytes = { Int((Double(Self.allocated - before) / Double(max(1, correlator.liveGroups))).rounded()) }
        let newBytes = groupBytes()

        var batches = (0..<max(1, updates / MatchMaker.batchSize)).map { _ in maker.batch(MatchMaker.batchSize, inOrder: false) }
        let timed = batches.count * MatchMaker.batchSize
        let start = ThreadClock.seconds
        for batch in batches {
            correlator.count(batch)
            if tells { _ = correlator.takeChanges() }
        }
        let seconds = ThreadClock.seconds - start
        batches.removeAll()
        let findings = correlator.statistics.reduce(0) { $0 + $1.statistics.findings }
        correlator.discardChanges()
        let bytes = groupBytes()
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", type)
        writer.member("groups", correlator.liveGroups)
        writer.member("updates_per_cpu_second", Int(Double(timed) / seconds))
        writer.member("findings", findings)
        writer.member("bytes_per_new_group", newBytes)
        writer.member("bytes_per_group", bytes)
        writer.endObject()
        print(writer.text)
    }

    /// Thresholds that skewed traffic reaches now and then.
    private func rule() -> String {
        let isTemporal = type.hasPrefix("temporal")
        let field = type.hasPrefix("value_") ? ", field: value" : ""
        let percentile = type == "value_percentile" ? ", percentile: 95" : ""
        let threshold = ["value_sum": 5_000, "value_avg": 900, "value_percentile": 990, "value_median": 900][type] ?? 5
        let condition = isTemporal ? "" : ", condition: {gte: \(threshold)\(field)\(percentile)}"
        return """
            title: First
            name: first
            logsource: {product: any}
            detection: {s: {step: one}, condition: s}
            ---
            title: Second
            name: second
            logsource: {product: any}
            detection: {s: {step: two}, condition: s}
            ---
            title: Measured
            correlation:
              {type: \(type), rules: [first\(isTemporal ? ", second" : "")], group-by: [user], timespan: 2h\(condition)}
            """
    }

    /// Bytes that the program has from the allocator and has not given back.
    private static var allocated: Int {
        let info = mallinfo2()
        return Int(info.uordblks) + Int(info.hblkhd)
    }
}

/// Matches of skewed users, a millisecond of event time apart.
private struct MatchMaker {
    static let batchSize = 10_000

    private let ruleSet: RuleSet
    private let groups: Int
    private let steps: Int
    private let fields: (step: FieldID, user: FieldID, value: FieldID)
    private var detector: Detector
    private var extractor = MatchExtractor()
    private var sequence: Int64 = 0
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    init(ruleSet: RuleSet, catalog: FieldCatalog, groups: Int, steps: Int) {
        self.ruleSet = ruleSet
        self.groups = groups
        self.steps = steps
        fields = (catalog.intern("step"), catalog.intern("user"), catalog.intern("value"))
        detector = Detector(ruleSet: ruleSet)
    }

    private mutating func random(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(truncatingIfNeeded: state >> 16) % bound
    }

    /// - Parameter inOrder: every group once; else any, small numbers more often.
    mutating func batch(_ count: Int, inOrder: Bool) -> MatchBatch {
        let received = Timestamp(seconds: 1_790_000_000)
        let bytes = Arena(capacity: 16)
        let offset = bytes.append("{}")
        let span = RecordSpan(offset: UInt32(offset), length: 2)
        let builder = EventBuilder(
            RecordBatch(
                source: Source(id: 0, name: "bench", allowedLateness: 0), receivedAt: received, bytes: bytes,
                records: [RecordSpan](repeating: span, count: count)))
        var sequences: [Int64] = []
        for index in 0..<count {
            var row = EventRow(record: index, raw: span, receivedAt: received)
            row.time = Timestamp(seconds: 1_780_000_000) + sequence * 1_000
            let user = inOrder ? Int(sequence) % groups : min(random(groups), random(groups))
            row.ocsfStart = UInt32(builder.fieldCount)
            builder.append(fields.step, derived: inOrder || random(steps) == 0 ? "one" : "two")
            builder.append(fields.user, derived: "user\(user)@example.com")
            builder.append(fields.value, derived: "\(random(1_000))", kind: .integer)
            row.ocsfEnd = UInt32(builder.fieldCount)
            builder.append(row)
            sequence += 1
            sequences.append(sequence)
        }
        let batch = builder.finish()
        return extractor.extract(
            StoredBatch(batch: batch, sequences: sequences), matches: detector.detect(batch), ruleSet: ruleSet)
    }
}
