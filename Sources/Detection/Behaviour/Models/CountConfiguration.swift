public import EventModel

/// What differs between rules that count per entity and bucket.
public struct CountConfiguration: Sendable, Equatable {
    /// What is unusual.
    public enum Direction: UInt8, Sendable {
        /// More than expected.
        case spike
        /// Less than expected. Known only when a bucket is over.
        case drop
    }

    /// What happens to entities that are not known well yet.
    public enum ColdStart: UInt8, Sendable {
        /// They fire nothing.
        case silent
        /// They fire, judged by what is usual for others, from one and a half times the sensitivity on.
        case peers
        /// They fire as all others do.
        case fire
    }

    /// A bucket's length in seconds: 1 minute to 4 weeks.
    public let bucketSeconds: Int64
    public var direction = Direction.spike
    /// How fast the rate forgets, in seconds.
    public var halfLife: Int64 = 7 * 86_400
    /// Length of an epoch in seconds; a record is one of the present and the previous epoch.
    public var recordWindow: Int64 = 14 * 86_400
    /// Whether an entity that has been active often enough gets factors for the hours of weekdays and of weekends. Never with
    /// buckets longer than a day.
    public var isSeasonal = true
    /// Whose hours and weekends. Where it is ahead by a part of an hour, an hour is that in which the hour of UTC begins.
    public var zone = ZoneOffsets.utc
    /// Whether the score asks for a record. Without, it is the tail alone.
    public var isNoveltyNeeded = true
    /// The lowest score that fires.
    public var sensitivity = 6.0
    /// Fewer never fire. For drops: of the expected number.
    public var minimumCount: UInt32 = 3
    /// Counts below so many times the expected number never fire. For drops: expected numbers below so many times the count.
    public var minimumRatio = 1.0
    /// How old an entity must be, in seconds, before it fires.
    public var warmUpAge: Int64 = 7 * 86_400
    /// In how many buckets it must have been active, 0…255.
    public var warmUpBuckets = 5
    public var coldStart = ColdStart.silent
    /// For how many seconds after it fired an entity fires no more.
    public var suppression: Int64 = 86_400
    /// What an entity of which nothing is known is expected to do in a bucket.
    public var priorMean = 1.0

    /// Everything as usual for rules: sensitivity 6 with novelty.
    ///
    /// - Parameter bucketSeconds: taken into 60…2,419,200.
    public init(bucketSeconds: Int64) {
        self.bucketSeconds = min(max(bucketSeconds, 60), 28 * 86_400)
    }

    /// What the state depends on: the state of one configuration serves another exactly if these are equal, and the zone is.
    var stateIdentity: [Int64] {
        [bucketSeconds, Int64(direction.rawValue), halfLife, recordWindow, isSeasonal ? 1 : 0]
    }
}
