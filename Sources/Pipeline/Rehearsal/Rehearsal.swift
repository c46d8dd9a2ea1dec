import Detection
public import EventModel
import Normaliser

/// The pipeline's stages run over records in memory, without queues, store or webhooks: for `rule match`, `rule test` and tests.
/// The stages are the daemon's own, so that what is found here is what would be found there.
public struct Rehearsal {
    /// What the records gave.
    public struct Outcome: Sendable {
        /// The record's index and the rule's, in order of records.
        public var matches: [(record: Int, rule: Int)]
        /// Every finding in its last state, in the order in which they were raised. The numbers of its evidence are those of
        /// records, from 1; the events of a record that holds several share one.
        public var findings: [Finding]
    }

    /// Five minutes, as of a source that is not told otherwise.
    public static let defaultLateness: Int64 = 300_000_000

    private let setup: DetectionSetup

    public init(_ setup: DetectionSetup) { self.setup = setup }

    /// Runs all records, in order of arrival, through a correlator that starts empty.
    /// - Parameters:
    ///   - product: the product that the records come from; nil: told by their shape.
    ///   - lateness: how far behind the newest event one may be and still count exactly, in microseconds.
    ///   - receivedAt: the time of receipt of all of them.
    public func run(
        _ records: [[UInt8]], product: String? = nil, lateness: Int64 = defaultLateness, receivedAt: Timestamp = .now()
    ) -> Outcome {
        let source = Source(id: 0, name: "rehearsal", product: product, allowedLateness: lateness)
        let normaliser = setup.normaliser(learned: LearnedIdentities())
        var detector = Detector(ruleSet: setup.ruleSet)
        var extractor = MatchExtractor()
        var correlator = Correlator(ruleSet: setup.ruleSet, lateness: lateness)
        var outcome = Outcome(matches: [], findings: [])
        var findings = LatestFindings()
        var sequence: Int64 = 0
        /// The record's number of each event, by the event's sequence number less 1.
        var recordNumbers: [Int64] = []
        var first = 0
        var builder = RecordBatchBuilder(source: source)
        func flush() {
            guard let records = builder.finish() else { return }
            let batch = normaliser.normalise(records)
            let matches = detector.detect(batch)
            for match in matches {
                outcome.matches.append((first + Int(batch.rows[Int(match.row)].record), Int(match.rule)))
            }
            let sequences = batch.rows.indices.map { sequence + 1 + Int64($0) }
            sequence += Int64(batch.rows.count)
            recordNumbers += batch.rows.map { Int64(first) + Int64($0.record) + 1 }
            first += records.records.count
            findings.take(
                correlator.process(
                    extractor.extract(StoredBatch(batch: batch, sequences: sequences), matches: matches, ruleSet: setup.ruleSet)))
        }
        for record in records {
            record.withUnsafeBytes { builder.append($0, at: receivedAt) }
            if builder.isFull { flush() }
        }
        flush()
        // Nothing more will come: what waited for late events is due.
        findings.take(correlator.advance(to: .distantFuture))
        outcome.findings = findings.all
        for finding in outcome.findings.indices {
            for evidence in outcome.findings[finding].evidence.indices {
                let event = Int(outcome.findings[finding].evidence[evidence].sequence) - 1
                outcome.findings[finding].evidence[evidence].sequence = recordNumbers[event]
            }
        }
        return outcome
    }
}
