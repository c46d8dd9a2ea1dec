public import EventModel

/// For a time, findings that match are not told. They are found, stored and shown as ever.
public struct Silence: Sendable, Equatable, Codable {
    public enum State: String, Sendable, Codable {
        case pending, active, expired
    }

    public var id: String
    /// All of them have to match.
    public var matchers: [LabelMatcher]
    public var startsAt: Timestamp
    /// From then on it is over.
    public var endsAt: Timestamp
    public var createdBy: String
    /// Why.
    public var comment: String

    /// In bytes.
    public static let maximumComment = 4_096

    /// - Throws: what is wrong with it. As with Alertmanager's, one matcher at least does not match the empty text: a silence of
    ///   everything by mistake is not one.
    public init(
        id: String, matchers: [LabelMatcher], startsAt: Timestamp, endsAt: Timestamp, createdBy: String, comment: String
    ) throws(SilenceError) {
        guard !id.isEmpty, id.utf8.count <= 128 else { throw SilenceError("the id must have 1 to 128 bytes") }
        guard !matchers.isEmpty else { throw SilenceError("a silence needs a matcher") }
        guard matchers.count <= LabelMatcher.maximumCount else {
            throw SilenceError("a silence has at most \(LabelMatcher.maximumCount) matchers")
        }
        guard !matchers.match(FindingLabels([])) else {
            throw SilenceError("at least one matcher must not match the empty text: this would silence everything")
        }
        guard startsAt < endsAt else { throw SilenceError("a silence must end after it starts") }
        guard !createdBy.isEmpty, createdBy.utf8.count <= 256 else {
            throw SilenceError("who creates the silence must be given, in at most 256 bytes")
        }
        guard comment.unicodeScalars.contains(where: { !$0.properties.isWhitespace }),
            comment.utf8.count <= Self.maximumComment
        else { throw SilenceError("a silence needs a reason, of at most \(Self.maximumComment) bytes") }
        self.id = id
        self.matchers = matchers
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.createdBy = createdBy
        self.comment = comment
    }

    public func state(at now: Timestamp) -> State { now < startsAt ? .pending : now < endsAt ? .active : .expired }

    /// Whether it keeps a finding with these labels from being told at that time.
    public func mutes(_ labels: FindingLabels, at now: Timestamp) -> Bool {
        state(at: now) == .active && matchers.match(labels)
    }
}

/// Why something is no silence.
public struct SilenceError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String

    init(_ description: String) { self.description = description }
}
