package import EventModel

/// How an API writes an instant, in what it is asked and in what it answers.
package enum TimeFormat: String, Sendable, CaseIterable {
    /// `2026-05-01T10:00:00.123Z` (RFC 3339).
    case rfc3339
    /// `2026-05-01T10:00:00Z`.
    case rfc3339Seconds = "rfc3339_seconds"
    /// `2026-05-01T10:00:00`, UTC without saying so: Microsoft's.
    case utc
    /// Seconds since 1970.
    case epochSeconds = "epoch_s"
    /// Milliseconds since 1970.
    case epochMilliseconds = "epoch_ms"
    /// `2026-05-01`, in UTC.
    case date
    /// `20260501100000.123`, in UTC: Salesforce's log files.
    case compact

    /// What is lost when an instant is written so, in microseconds.
    package var granularity: Int64 {
        switch self {
        case .rfc3339, .epochMilliseconds, .compact: 1_000
        case .rfc3339Seconds, .utc, .epochSeconds: 1_000_000
        case .date: 86_400_000_000
        }
    }

    /// The beginning of the written unit that holds the instant: what an API that was asked for it starts at.
    package func floor(_ time: Timestamp) -> Timestamp {
        let rest = time.microseconds % granularity
        return Timestamp(microseconds: time.microseconds - (rest < 0 ? rest + granularity : rest))
    }

    package func text(_ time: Timestamp) -> String {
        switch self {
        case .rfc3339: RFC3339.format(time)
        case .rfc3339Seconds: RFC3339.format(time, fractionDigits: 0)
        case .utc: String(RFC3339.format(time, fractionDigits: 0).dropLast())
        case .epochSeconds: String(floor(time).microseconds / 1_000_000)
        case .epochMilliseconds: String(time.milliseconds)
        case .date: String(RFC3339.format(time).prefix(10))
        case .compact: RFC3339.format(time).filter { $0 != "-" && $0 != ":" && $0 != "T" && $0 != "Z" }
        }
    }

    /// Reads what an API answered; nil if it is not of this form. A time without a zone is UTC, and `+0000` a zone.
    package func parse(_ text: String) -> Timestamp? {
        switch self {
        case .rfc3339, .rfc3339Seconds, .utc: return Self.dateTime(text)
        case .epochSeconds: return Self.epoch(text, unit: 1_000_000)
        case .epochMilliseconds: return Self.epoch(text, unit: 1_000)
        case .date: return text.utf8.count == 10 ? Self.dateTime(text + "T00:00:00Z") : nil
        case .compact:
            let digits = Array(text.utf8)
            guard digits.count >= 14, digits.count <= 21 else { return nil }
            func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
            let day = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))"
            let clock = "\(part(8..<10)):\(part(10..<12)):\(part(12..<14))"
            return Self.dateTime("\(day)T\(clock)\(part(14..<digits.count))Z")
        }
    }

    private static func dateTime(_ text: String) -> Timestamp? {
        guard text.utf8.count <= 64 else { return nil }
        return Array(text.utf8).withUnsafeBytes { RFC3339.parseAssumingUTC($0) }
    }

    /// A number with or without a fraction, in units of so many microseconds.
    private static func epoch(_ text: String, unit: Int64) -> Timestamp? {
        if let whole = Int64(text) {
            let (microseconds, overflow) = whole.multipliedReportingOverflow(by: unit)
            return overflow ? nil : Timestamp(microseconds: microseconds)
        }
        guard text.utf8.count <= 32, let value = Double(text), abs(value) * Double(unit) < 9e18 else { return nil }
        return Timestamp(microseconds: Int64((value * Double(unit)).rounded()))
    }
}
