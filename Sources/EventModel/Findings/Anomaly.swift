/// Why an event, or a count of them, is unusual, in numbers that a person can check (OCSF `anomaly_analyses`).
public struct Anomaly: Sendable, Codable, Equatable {
    /// The correlation type that found it: `spike`, `first_seen`…
    public var kind: String
    /// What was looked at: `events`, `distinct values of file.name`, `the place of the sign-in`.
    public var subject: String
    /// What was seen, as a number where it is one.
    public var observed: Double
    /// What is usual; nil where nothing is.
    public var usual: Double?
    /// The highest (or lowest) before, and since when that is known.
    public var record: Double?
    public var recordSince: Timestamp?
    /// Since when the entity is known.
    public var knownSince: Timestamp?
    /// The bucket in which it was seen.
    public var start: Timestamp
    public var end: Timestamp
    /// How unusual, on the model's own scale, and from where on that is told.
    public var score: Double
    public var threshold: Double
    /// The same in words.
    public var sentence: String

    public init(
        kind: String, subject: String, observed: Double, usual: Double? = nil, record: Double? = nil,
        recordSince: Timestamp? = nil, knownSince: Timestamp? = nil, start: Timestamp, end: Timestamp, score: Double,
        threshold: Double, sentence: String
    ) {
        self.kind = kind
        self.subject = subject
        self.observed = observed
        self.usual = usual
        self.record = record
        self.recordSince = recordSince
        self.knownSince = knownSince
        self.start = start
        self.end = end
        self.score = score
        self.threshold = threshold
        self.sentence = sentence
    }
}
