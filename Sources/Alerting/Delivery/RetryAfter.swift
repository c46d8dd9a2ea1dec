import EventModel

/// The value of a `Retry-After` header (RFC 9110, section 10.2.3): seconds, or an HTTP-date in any of its three forms
/// (section 5.6.7).
enum RetryAfter {
    /// How long to wait from `now` on, in microseconds; nil if the text is neither. Never negative.
    static func parse(_ text: String, now: Timestamp) -> Int64? {
        let text = text.utf8.drop { $0 == 0x20 }
        if !text.isEmpty, text.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            // More digits than a century has seconds mean for ever.
            guard text.count <= 10, let seconds = Int64(String(Substring(text))) else { return Int64.max / 4 }
            return seconds * 1_000_000
        }
        return date(String(Substring(text))).map { max(0, $0 - now) }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`.
    static func date(_ text: String) -> Timestamp? {
        guard text.utf8.count <= 40 else { return nil }
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        switch words.count {
        case 6 where words[5] == "GMT": return instant(day: words[1], month: words[2], year: words[3], clock: words[4])
        case 5: return instant(day: words[2], month: words[1], year: words[4], clock: words[3])
        default: return nil
        }
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func instant(day: String, month: String, year: String, clock: String) -> Timestamp? {
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard let monthIndex = months.firstIndex(of: month), let day = Int(day), let shortYear = Int(year), parts.count == 3,
            let hour = parts[0], let minute = parts[1], let second = parts[2], (0..<24).contains(hour),
            (0..<60).contains(minute), (0...60).contains(second)
        else { return nil }
        // Two digits of a year: as RFC 9110 has it, not more than 50 years ahead; nothing older than 1970 is meant here.
        let fullYear = year.utf8.count == 2 ? (shortYear < 70 ? 2000 : 1900) + shortYear : shortYear
        guard let date = CivilDate(year: fullYear, month: monthIndex + 1, day: day) else { return nil }
        return Timestamp(seconds: Int64(date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second))
    }
}
