/// HTTP-date in its three forms (RFC 9110, section 5.6.7).
public enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or `Sun Nov  6 08:49:37 1994`; nil for anything else.
    public static func parse(_ text: String) -> Timestamp? {
        guard text.utf8.count <= 40 else { return nil }
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        switch words.count {
        case 6 where words[5] == "GMT": return instant(day: words[1], month: words[2], year: words[3], clock: words[4])
        case 5: return instant(day: words[2], month: words[1], year: words[4], clock: words[3])
        default: return nil
        }
    }

    private static func instant(day: String, month: String, year: String, clock: String) -> Timestamp? {
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard let monthIndex = months.firstIndex(of: month), let day = Int(day), let written = Int(year), parts.count == 3,
            let hour = parts[0], let minute = parts[1], let second = parts[2], (0..<24).contains(hour), (0..<60).contains(minute),
            (0...60).contains(second)
        else { return nil }
        // No server's clock is before 1970.
        let fullYear = year.utf8.count == 2 ? (written < 70 ? 2000 : 1900) + written : written
        guard let date = CivilDate(year: fullYear, month: monthIndex + 1, day: day) else { return nil }
        return Timestamp(seconds: Int64(date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second))
    }

    /// The preferred form, also RFC 5322's with a numeric zone as `zone`: `Sun, 06 Nov 1994 08:49:37 -0000`.
    public static func text(_ time: Timestamp, zone: String = "GMT") -> String {
        let seconds = (time.microseconds >= 0 ? time.microseconds : time.microseconds - 999_999) / 1_000_000
        let day = Int(seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400)
        let date = CivilDate(daysSinceEpoch: day)
        let rest = Int(seconds) - day * 86_400
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let year = String(repeating: "0", count: max(0, 4 - "\(date.year)".count)) + "\(date.year)"
        let weekday = days[((day % 7) + 7) % 7]
        return "\(weekday), \(two(date.day)) \(months[date.month - 1]) \(year) "
            + "\(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60)) \(zone)"
    }
}
