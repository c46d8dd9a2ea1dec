#if canImport(Glibc)
import Glibc
#endif

/// An instant, in microseconds since 1970-01-01T00:00:00Z. The resolution at which windows order events.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
    public var microseconds: Int64

    @inlinable public init(microseconds: Int64) { self.microseconds = microseconds }
    public init(seconds: Int64) { microseconds = seconds * 1_000_000 }
    public init(milliseconds: Int64) { microseconds = milliseconds * 1_000 }

    @inlinable public static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }
    public var milliseconds: Int64 { microseconds >= 0 ? microseconds / 1_000 : (microseconds - 999) / 1_000 }

    /// The machine's clock.
    public static func now() -> Timestamp {
        var spec = timespec()
        clock_gettime(CLOCK_REALTIME, &spec)
        return Timestamp(microseconds: Int64(spec.tv_sec) * 1_000_000 + Int64(spec.tv_nsec) / 1_000)
    }

    public static func + (a: Timestamp, microseconds: Int64) -> Timestamp {
        Timestamp(microseconds: a.microseconds &+ microseconds)
    }

    public static func - (a: Timestamp, b: Timestamp) -> Int64 { a.microseconds &- b.microseconds }

    public static let distantPast = Timestamp(microseconds: Int64.min / 4)
    public static let distantFuture = Timestamp(microseconds: Int64.max / 4)

    /// Encoded as the number of microseconds.
    public init(from decoder: any Decoder) throws {
        microseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microseconds)
    }
}
