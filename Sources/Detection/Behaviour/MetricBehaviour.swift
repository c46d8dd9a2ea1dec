import EventModel
import Sigma

/// `spike` and `drop` with `model: metric`: series that have a value in nearly every bucket, of a tenant or of a few entities.
///
/// A bucket is judged when it is over, since a sum may still go either way before.
struct MetricBehaviour: BehaviourState {
    /// A series takes about two kilobytes.
    static let maximumSeries = 10_000
    /// Distinct values of an open bucket that are told apart.
    private static let maximumDistinct = 10_000

    private struct Series: Sendable {
        var model: MetricModel
        var bucket: Int64
        var value = 0.0
        var values: Set<UInt64> = []
        var match: MatchedEvent
        var text: [UInt8]
        var knownSince: Timestamp
    }

    let rule: FindingRule
    let behaviour: BehaviourRule
    private let configuration: MetricModel.Configuration
    private var series: [UInt64: Series] = [:]
    private var changed: Set<UInt64> = []

    init(_ rule: FindingRule, _ behaviour: BehaviourRule) {
        self.rule = rule
        self.behaviour = behaviour
        configuration = MetricModel.Configuration(
            bucketWidth: behaviour.bucket, suppression: rule.quietTime,
            direction: behaviour.kind == .drop ? .down : .up)
    }

    var closesBuckets: Bool { true }

    mutating func take(_ event: HeldEvent, _ unusual: inout [UnusualEvent]) {
        guard series[event.entity] != nil || series.count < Self.maximumSeries else { return }
        var line = series[event.entity] ?? Series(
            model: MetricModel(configuration), bucket: event.bucket, match: event.match, text: event.text,
            knownSince: event.match.time)
        // Of a bucket that is over: it is learned as it was.
        if event.bucket < line.bucket { return }
        if event.bucket > line.bucket { close(&line, before: event.bucket, &unusual) }
        switch behaviour.parameters.value {
        case .count: line.value += event.match.countsEvent ? 1 : 0
        case .sum: line.value += Double(bitPattern: event.match.value)
        case .distinct:
            if line.values.count < Self.maximumDistinct { line.values.insert(event.match.value) }
            line.value = Double(line.values.count)
        }
        (line.match, line.text) = (event.match, event.text)
        series[event.entity] = line
        changed.insert(event.entity)
    }

    mutating func close(before bucket: Int64, _ unusual: inout [UnusualEvent]) {
        for entity in series.keys.sorted() {
            guard var line = series[entity], line.bucket < bucket else { continue }
            close(&line, before: bucket, &unusual)
            series[entity] = line
            changed.insert(entity)
        }
    }

    /// Empty buckets are values as well; two epochs of them are all that is remembered.
    private func close(_ line: inout Series, before bucket: Int64, _ unusual: inout [UnusualEvent]) {
        var next = line.bucket
        var value = line.value
        while next < bucket {
            let start = Timestamp(microseconds: next * behaviour.bucket)
            let score = line.model.add(
                value, at: start, offset: behaviour.parameters.zone.offset(at: start.microseconds / 1_000_000))
            if isTold(score, value, line, at: start), let evidence = score.evidence {
                unusual.append(
                    UnusualEvent(match: line.match, text: line.text, bucket: anomaly(score, evidence, value, line, start)))
            }
            next = max(next + 1, bucket - Int64(2 * configuration.epoch))
            value = 0
        }
        line.bucket = bucket
        line.value = 0
        line.values = []
    }

    private func isTold(_ score: MetricScore, _ value: Double, _ line: Series, at start: Timestamp) -> Bool {
        let parameters = behaviour.parameters
        let isWarm = start - line.knownSince >= parameters.warmUpAge || parameters.coldStart == .fire
        let isEnough = behaviour.kind == .drop || value >= Double(parameters.minimumCount)
        return score.isEmitted && isWarm && isEnough && score.anomalyScore >= (parameters.sensitivity ?? 0.5)
    }

    private func anomaly(
        _ score: MetricScore, _ evidence: MetricScore.Evidence, _ value: Double, _ line: Series, _ start: Timestamp
    ) -> Anomaly {
        let words = AnomalyWords(rule, behaviour)
        let view =
            switch evidence.view {
            case .value: "the value"
            case .logarithm: "the value's order of magnitude"
            case .trend: "the trend"
            case .level: "the level of the last 50 values"
            case .seasonal, .seasonalLogarithm: "the distance from what is usual at this hour of the week"
            }
        let extreme = evidence.isAbove ? "highest" : "lowest"
        let since = max(evidence.since, line.knownSince)
        let threshold = behaviour.parameters.sensitivity ?? 0.5
        return Anomaly(
            kind: behaviour.kind.rawValue, subject: words.subject, observed: value,
            record: evidence.view == .value ? evidence.extreme : nil, recordSince: since, knownSince: line.knownSince,
            start: start, end: start + behaviour.bucket, score: score.anomalyScore, threshold: threshold,
            sentence: "\(words.number(value)) \(words.subject)\(words.whose(line.text)) \(words.within(start)): \(view) is the "
                + "\(extreme) since \(words.day(since)), by \(words.number((evidence.excess * 100).rounded())) % of its range; "
                + "known since \(words.day(line.knownSince)), score \(words.number(score.anomalyScore)) of "
                + "\(words.number(threshold)) needed")
    }

    func going(on rule: FindingRule, _ behaviour: BehaviourRule) -> any BehaviourState {
        var copy = MetricBehaviour(rule, behaviour)
        (copy.series, copy.changed) = (series, changed)
        return copy
    }

    // MARK: Snapshots

    /// A page a series, under the hash of its entity.
    mutating func takeDirtyPages() -> [StatePage] {
        let pages = changed.sorted().compactMap { entity in
            series[entity].map { StatePage(number: Int(bitPattern: UInt(entity)), bytes: Self.bytes(of: $0, entity)) }
        }
        changed = []
        return pages
    }

    private static func bytes(of line: Series, _ entity: UInt64) -> [UInt8] {
        var writer = SnapshotWriter()
        HeldEvent(match: line.match, text: line.text, entity: entity, peers: nil, bucket: line.bucket).write(to: &writer)
        writer.write(line.bucket)
        writer.writeFixed(line.value.bitPattern)
        writer.write(line.values.count)
        for value in line.values.sorted() { writer.writeFixed(value) }
        writer.write(line.knownSince.microseconds)
        writer.write(line.model.snapshot())
        writer.seal()
        return writer.bytes
    }

    init(_ rule: FindingRule, _ behaviour: BehaviourRule, pages: [StatePage]) throws(SnapshotError) {
        self.init(rule, behaviour)
        for page in pages.prefix(Self.maximumSeries) {
            let entity = UInt64(UInt(bitPattern: page.number))
            var reader = try SnapshotReader(page.bytes)
            let event = try HeldEvent(from: &reader, bucket: 0, entity: entity)
            let bucket = try reader.integer()
            let value = try reader.number()
            var values: Set<UInt64> = []
            for _ in 0..<(try reader.count(size: 8)) { values.insert(try reader.fixed()) }
            let knownSince = Timestamp(microseconds: try reader.integer())
            let model = try MetricModel(configuration, snapshot: try reader.text())
            series[entity] = Series(
                model: model, bucket: bucket, value: value, values: values, match: event.match, text: event.text,
                knownSince: knownSince)
        }
    }
}
