/// How many records a source may send in a time.
public struct RateLimit: Sendable, Equatable {
    /// More in an hour is no limit.
    public static let maximumRecords = 1_000_000_000

    public var records: Int
    public var period: Duration

    public init(records: Int, per period: Duration) {
        self.records = records
        self.period = period
    }

    /// `1000/s`, `60000/m`, `2000000/h`; nil if the text is none of these.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let records = Int(parts[0]), (1...Self.maximumRecords).contains(records) else { return nil }
        switch parts[1] {
        case "s": self.init(records: records, per: .seconds(1))
        case "m": self.init(records: records, per: .seconds(60))
        case "h": self.init(records: records, per: .seconds(3_600))
        default: return nil
        }
    }
}

/// A token bucket that holds one period's records. A request is let in while there is something in it, and its records are taken
/// out when they are known, also below zero: so a request can be turned away before its body is read, and one of any size passes.
package struct RateBucket: Sendable {
    private let limit: RateLimit
    private var level: Double
    private var filledAt: ContinuousClock.Instant

    package init(_ limit: RateLimit, at now: ContinuousClock.Instant) {
        self.limit = limit
        level = Double(limit.records)
        filledAt = now
    }

    private var recordsPerSecond: Double { Double(limit.records) / (limit.period / .seconds(1)) }

    /// Nil if a request may come in, else after how many seconds one may.
    package mutating func wait(at now: ContinuousClock.Instant) -> Int? {
        level = min(Double(limit.records), level + (now - filledAt) / .seconds(1) * recordsPerSecond)
        filledAt = now
        guard level < 1 else { return nil }
        return max(1, Int(((1 - level) / recordsPerSecond).rounded(.up)))
    }

    package mutating func take(_ records: Int) {
        level -= Double(records)
    }
}

/// How many bytes a source has sent on a day (UTC). It counts from zero after a restart.
package struct DailyQuota: Sendable {
    private static let daySeconds: Int64 = 86_400

    private let maximumBytes: Int
    private var day: Int64 = 0
    private var used = 0

    package init(_ maximumBytes: Int) { self.maximumBytes = maximumBytes }

    /// Nil if a request may come in, else after how many seconds the next day begins.
    /// - Parameter seconds: since 1970.
    package mutating func wait(at seconds: Int64) -> Int? {
        turn(to: seconds / Self.daySeconds)
        guard used >= maximumBytes else { return nil }
        return Int(Self.daySeconds - seconds % Self.daySeconds)
    }

    package mutating func take(_ bytes: Int, at seconds: Int64) {
        turn(to: seconds / Self.daySeconds)
        used += bytes
    }

    private mutating func turn(to today: Int64) {
        guard today != day else { return }
        day = today
        used = 0
    }
}
