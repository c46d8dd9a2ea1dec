public import Detection
public import EventModel
public import Storage

/// Rules run over the stored history, by the engine that runs live: what would they have raised?
///
/// Events are taken in the order in which they were stored, so each counts as it did when it came. What the store has let go
/// (retention, damaged blocks) is not seen.
public struct Backtest: Sendable {
    /// What the history gave.
    public struct Outcome: Sendable {
        /// The findings with an event within the span, each in its last state, in the order in which they were raised. They have
        /// the ids that a live run would have given them, and their evidence the numbers of stored events.
        public var findings: [Finding] = []
        /// Events that were counted, those before the span included (`warmUp`).
        public var events = 0
        public var damagedBlocks: [DamagedBlock] = []
    }

    private let ruleSet: RuleSet
    private let lateness: Int64
    private let since: Timestamp?
    private let until: Timestamp?

    /// - Parameters:
    ///   - ruleSet: rules without errors.
    ///   - lateness: the largest of all sources, in microseconds, as siemd has it.
    ///   - since: of event time; nil is all.
    ///   - until: events before this time; nil is all.
    public init(_ ruleSet: RuleSet, lateness: Int64, since: Timestamp? = nil, until: Timestamp? = nil) {
        self.ruleSet = ruleSet
        self.lateness = lateness
        self.since = since
        self.until = until
    }

    /// How far before the span events are counted already, so that windows that reach into it are complete: the longest chain's.
    public var warmUp: Int64 { ruleSet.findingRules.map(\.reach).max() ?? 0 }

    /// - Throws: `StoreError`, or `CancellationError`.
    public func run(_ reader: StoreReader) async throws -> Outcome {
        let through = try await reader.engineState().storedThrough
        let first = since.map { $0.microseconds &- warmUp } ?? .min
        let drills = DrillMarks(try await reader.drills(limit: .max))
        let session = Session(
            ruleSet: ruleSet, lateness: lateness, times: first..<(until?.microseconds ?? .max), drills: drills)
        let totals = try await reader.replay(after: 0, through: through) { await session.feed($0) }
        var outcome = await session.finish()
        // What drills raised says nothing of the rules' worth.
        outcome.findings.removeAll { $0.lastSeen < since ?? .distantPast || $0.drill != nil }
        outcome.damagedBlocks = totals.damagedBlocks
        return outcome
    }

    private actor Session {
        private let ruleSet: RuleSet
        private let times: Range<Int64>
        private var detector: Detector
        private var extractor = MatchExtractor()
        private var correlator: Correlator
        private var outcome = Outcome()
        private var findings = LatestFindings()

        init(ruleSet: RuleSet, lateness: Int64, times: Range<Int64>, drills: DrillMarks) {
            self.ruleSet = ruleSet
            self.times = times
            detector = Detector(ruleSet: ruleSet)
            correlator = Correlator(ruleSet: ruleSet, lateness: lateness)
            extractor.drills = drills
        }

        func feed(_ stored: StoredBatch) {
            // Events with the number 0 do not count, and do not move the clock.
            let sequences = stored.batch.rows.indices.map {
                times.contains(stored.batch.rows[$0].time.microseconds) ? stored.sequences[$0] : 0
            }
            outcome.events += sequences.count { $0 != 0 }
            let counted = StoredBatch(batch: stored.batch, sequences: sequences)
            let matches = detector.detect(stored.batch)
            findings.take(correlator.process(extractor.extract(counted, matches: matches, ruleSet: ruleSet)))
        }

        func finish() -> Outcome {
            // What waited for late events is due at the end of the span.
            findings.take(correlator.advance(to: .distantFuture))
            outcome.findings = findings.all
            return outcome
        }
    }
}
