/// The texts of Alertmanager's `time_interval_spec`. Each answers nil for what is no such text.
extension CalendarInterval {
    /// `09:00`: minutes of the day, up to `24:00`.
    public static func minute(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"), let hour = number(text.prefix(2)),
            let minute = number(text.suffix(2)), minute < 60, hour < 24 || (hour == 24 && minute == 0)
        else { return nil }
        return hour * 60 + minute
    }

    /// A time of the day up to another, which is later.
    public static func times(from start: String, to end: String) -> Range<Int>? {
        guard let start = minute(start), let end = minute(end), start < end else { return nil }
        return start..<end
    }

    /// `monday`, `monday:friday`. Weeks begin on Sunday.
    public static func weekdays(_ text: String) -> ClosedRange<Int>? { range(text) { weekdayNames.firstIndex(of: $0) } }

    /// `january`, `may:august`, `1:3`.
    public static func months(_ text: String) -> ClosedRange<Int>? {
        range(text) { word in
            monthNames.firstIndex(of: word).map { $0 + 1 } ?? number(word).flatMap { (1...12).contains($0) ? $0 : nil }
        }
    }

    /// `2026`, `2026:2030`.
    public static func years(_ text: String) -> ClosedRange<Int>? { range(text) { number($0) } }

    /// `1`, `1:5`, `-3:-1`, `20:-1`.
    public static func daysOfMonth(_ text: String) -> DayRange? {
        func day(_ text: String) -> Int? {
            let isNegative = text.hasPrefix("-")
            guard let day = number(isNegative ? text.dropFirst() : text[...]), (1...31).contains(day) else { return nil }
            return isNegative ? -day : day
        }
        guard let (first, last) = ends(text, day) else { return nil }
        // From the end to a day from the beginning: in some months the wrong way round.
        if first < 0 && last > 0 { return nil }
        // The wrong way round in every month.
        let (begin, end) = (first < 0 ? 28 + first : first, last < 0 ? 28 + last : last)
        return begin > end ? nil : DayRange(first, last)
    }

    private static func range(_ text: String, _ member: (String) -> Int?) -> ClosedRange<Int>? {
        guard let (first, last) = ends(text, member), first <= last else { return nil }
        return first...last
    }

    private static func ends(_ text: String, _ member: (String) -> Int?) -> (Int, Int)? {
        let parts = text.lowercased().split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let first = member(parts[0]), let last = member(parts[parts.count - 1]) else { return nil }
        return (first, last)
    }

    private static func number(_ text: some StringProtocol) -> Int? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int(text)
    }

    static let weekdayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
    static let monthNames = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    ]
}
