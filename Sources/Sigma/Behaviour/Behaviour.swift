public import EventModel

/// What a behavioural correlation compares an event with: what its entity, or everybody, usually does. An extension of Sigma
/// correlations (docs/behaviour.md); a converter to another product refuses its types, as the specification asks.
public struct Behaviour: Sendable, Equatable {
    /// What of the events in a bucket is counted.
    public enum Value: Sendable, Equatable {
        case count
        case sum(String)
        case distinct(String)
    }

    /// How a series is judged.
    public enum Model: String, Sendable, CaseIterable {
        /// A count per entity: a negative binomial with a season, and the record of the last weeks.
        case count
        /// One series with a value in nearly every bucket: a distance from its extremes.
        case metric
    }

    /// What is said of an entity that is not known yet.
    public enum ColdStart: String, Sendable, CaseIterable {
        /// Nothing.
        case silent
        /// It is judged by what its peers do, and more strictly.
        case peers
        case fire
    }

    /// Among whom a value is looked for.
    public enum Scope: String, Sendable, CaseIterable {
        case entity, peers, tenant
    }

    public var value = Value.count
    public var model = Model.count
    /// Microseconds after which what was counted weighs half.
    public var halfLife: Int64 = 7 * Behaviour.day
    /// Microseconds: for so long, and at most twice as long, the highest value is remembered.
    public var recordWindow: Int64 = 14 * Behaviour.day
    /// An entity is judged when it was first seen so long ago, in microseconds…
    public var warmUpAge: Int64 = 7 * Behaviour.day
    /// …and has had so many buckets with events.
    public var warmUpBuckets = 5
    public var coldStart = ColdStart.silent
    /// The time zone of hours of the day and of days of the week, and how it is written; nil: UTC.
    public var zone = ZoneOffsets.utc
    public var zoneName: String?
    /// The field that says whose peers an entity is one of, as a department; nil: it has none.
    public var peers: String?
    /// The lowest score that counts; of the model's own scale.
    public var sensitivity: Double?
    public var minimumCount = 10
    /// The least multiple of what is usual.
    public var minimumRatio: Double = 2
    /// Only what was not seen in the record window counts.
    public var isNovel = true
    /// Fields whose values are new, or rare.
    public var fields: [String] = []
    /// A value is told that is new in the first of them, the more severely the more of the others it is new in. The narrowest
    /// comes first.
    public var scopes = [Scope.entity]
    /// For how long a value stays known that is not seen again, in microseconds.
    public var window: Int64 = 90 * Behaviour.day
    /// Bits of surprise: each halves how often it happens.
    public var minimumBits: Double = 8
    /// An entity with fewer events is not judged.
    public var minimumEvents = 50
    public var minimumKilometres: Double = 500
    public var minimumKilometresAnHour: Double = 900
    /// Networks whose place says nothing of the person's: autonomous system numbers.
    public var egressNetworks: Set<UInt32> = []
    /// A network that a person has come from on so many days is theirs, wherever it is.
    public var learnedEgressDays = 5
    /// What the bucket of a peer is compared with: the value that so large a share of its peers' buckets stays below.
    public var quantile = 0.99
    /// Fewer other members with events than these say nothing.
    public var minimumPeers = 5
    /// Points at which an entity is told, and…
    public var minimumRisk: Double = 100
    /// …so many tactics and rules within `window`, at which it is told as well.
    public var minimumTactics = 3
    public var minimumRules = 4
    /// Findings of one rule a day, at most, the most surprising ones of the days before being the measure; nil: no limit.
    public var alertBudget: Int?
    public var maximumEntities = 100_000

    /// Fields without which an event says nothing.
    public var neededFields: [String] {
        switch value {
        case .count: fields
        case .sum(let field), .distinct(let field): fields + [field]
        }
    }

    public static let day: Int64 = 86_400_000_000

    public init() {}
}
