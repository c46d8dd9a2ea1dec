import EventModel

// Hot path.

/// Instants that are no RFC 3339, in words or with another zone. Words stand in any order, with blanks and commas between them,
/// so that these are all understood: `Fri Nov 20 08:00:00 2026` (C's `asctime`), `Fri, 20 Nov 2026 08:00:00 +0100` (RFC 5322),
/// `20 Nov 2026 08:00:00 GMT`, `20/Nov/2026:08:00:00 +0000`, `2026/11/20 08:00:00`, `2026-11-20 08:00:00.123 -0800`,
/// `2026-11-20T08:00:00+0000`, `2026-11-20 08:00:00 UTC`; `11/20/2026 8:00:00 AM +00:00` (.NET), whose half of the day says
/// that the month stands first; `/Date(1795161600000)/` (OData).
/// Without a zone it is UTC. Nothing is guessed: other dates in figures that are not in the order of ISO 8601 are refused.
enum TimeWords {
    /// The longest of the forms above, with weekday and month written out and nine digits of the second, has 52 bytes.
    private static let maximumLength = 64

    static func parse(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        guard text.count >= 19, text.count <= maximumLength else { return nil }
        return text[0] == UInt8(ascii: "/") ? ticks(text) : numeric(text) ?? accessLog(text) ?? errorLog(text) ?? words(text)
    }

    /// Milliseconds since 1970 between `/Date(` and `)/`.
    private static func ticks(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        let digits = text[6..<(text.count - 2)]
        guard
            text.starts(with: "/Date(".utf8), text[text.count - 2] == UInt8(ascii: ")"),
            text[text.count - 1] == UInt8(ascii: "/"), digits.count <= 14
        else { return nil }
        var value: Int64 = 0
        for digit in digits {
            guard digit &- 0x30 <= 9 else { return nil }
            value = value * 10 + Int64(digit &- 0x30)
        }
        return Timestamp(microseconds: value * 1_000)
    }

    // MARK: Web servers' access logs

    /// `20/Nov/2026:08:00:00 +0000`
    private static func accessLog(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        guard text.count >= 20, text[2] == UInt8(ascii: "/"), text[6] == UInt8(ascii: "/"), text[11] == UInt8(ascii: ":"),
            let day = number(text, 0, 2), let month = index(of: text, 3, in: months), let year = number(text, 7, 11)
        else { return nil }
        var end = 12
        while end < text.count, !isBlank(text[end]) { end += 1 }
        guard end >= 20, let time = timeOfDay(text, 12, end), let date = CivilDate(year: year, month: month + 1, day: day) else {
            return nil
        }
        let offset = end == text.count ? 0 : zone(text, end + 1, text.count)
        guard let offset else { return nil }
        return Timestamp(microseconds: Int64(date.daysSinceEpoch &* 86_400 &- offset) &* 1_000_000 &+ time)
    }

    /// `2026/11/20 08:00:00`
    private static func errorLog(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        guard text[4] == UInt8(ascii: "/"), text[7] == UInt8(ascii: "/"), isBlank(text[10]), text[13] == UInt8(ascii: ":"),
            let year = number(text, 0, 4), let month = number(text, 5, 7), let day = number(text, 8, 10),
            let time = timeOfDay(text, 11, text.count), let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        return Timestamp(microseconds: Int64(date.daysSinceEpoch &* 86_400) &* 1_000_000 &+ time)
    }

    // MARK: A date of ISO 8601 with a zone of another form

    private static func numeric(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        guard text[4] == UInt8(ascii: "-") else { return nil }
        var end = text.count
        while end > 0, !isBlank(text[end - 1]), text[end - 1] != UInt8(ascii: "+"), text[end - 1] != UInt8(ascii: "-") {
            end -= 1
        }
        guard end > 19, let seconds = zone(text, isBlank(text[end - 1]) ? end : end - 1, text.count) else { return nil }
        end -= 1
        if isBlank(text[end - 1]) { end -= 1 }
        guard let local = RFC3339.parseAssumingUTC(UnsafeRawBufferPointer(rebasing: text[..<end])) else { return nil }
        return Timestamp(microseconds: local.microseconds &- Int64(seconds) &* 1_000_000)
    }

    // MARK: Words

    private struct Parts {
        var year = -1
        var month = -1
        var day = -1
        var microseconds: Int64 = -1
        var zone: Int?
        /// The date stood in figures, month first: `AM` or `PM` must follow.
        var isMonthFirst = false
        /// Seconds that `AM` (0) or `PM` add.
        var half: Int64?
    }

    private static func words(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        var parts = Parts()
        var index = 0
        while index < text.count {
            if isBlank(text[index]) || text[index] == UInt8(ascii: ",") {
                index += 1
                continue
            }
            let start = index
            while index < text.count, !isBlank(text[index]), text[index] != UInt8(ascii: ",") { index += 1 }
            guard take(text, start, index, &parts) else { return nil }
        }
        guard parts.isMonthFirst == (parts.half != nil) else { return nil }
        if let half = parts.half {
            let noon: Int64 = 43_200_000_000
            guard parts.microseconds >= 3_600_000_000, parts.microseconds < noon + 3_600_000_000 else { return nil }
            parts.microseconds = parts.microseconds % noon + half * 1_000_000
        }
        guard parts.microseconds >= 0, let date = CivilDate(year: parts.year, month: parts.month, day: parts.day) else {
            return nil
        }
        let seconds = Int64(date.daysSinceEpoch &* 86_400 &- (parts.zone ?? 0))
        return Timestamp(microseconds: seconds &* 1_000_000 &+ parts.microseconds)
    }

    /// One word: false if it is none of a date, or the second of its kind.
    private static func take(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int, _ parts: inout Parts) -> Bool {
        let count = end - start
        if let value = number(text, start, end) {
            if count == 4, parts.year < 0 {
                parts.year = value
            } else if count <= 2, parts.day < 0 {
                parts.day = value
            } else {
                return false
            }
            return true
        }
        if count >= 7, text[start + 1] == UInt8(ascii: ":") || text[start + 2] == UInt8(ascii: ":") {
            guard parts.microseconds < 0, let time = timeOfDay(text, start, end) else { return false }
            parts.microseconds = time
            return true
        }
        if count >= 8, text[start + 1] == UInt8(ascii: "/") || text[start + 2] == UInt8(ascii: "/") {
            return takeMonthFirst(text, start, end, &parts)
        }
        if count == 2, text[start + 1] == UInt8(ascii: "M"),
            text[start] == UInt8(ascii: "A") || text[start] == UInt8(ascii: "P")
        {
            guard parts.half == nil else { return false }
            parts.half = text[start] == UInt8(ascii: "P") ? 43_200 : 0
            return true
        }
        if let seconds = zone(text, start, end) {
            guard parts.zone == nil else { return false }
            parts.zone = seconds
            return true
        }
        guard count >= 3, isLetter(text[start]), isLetter(text[start + 1]), isLetter(text[start + 2]) else { return false }
        if let month = index(of: text, start, in: months) {
            guard parts.month < 0 else { return false }
            parts.month = month + 1
            return true
        }
        return index(of: text, start, in: weekdays) != nil
    }

    /// `11/20/2026`
    private static func takeMonthFirst(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int, _ parts: inout Parts) -> Bool {
        let first = text[start + 1] == UInt8(ascii: "/") ? start + 1 : start + 2
        let second = end - 5
        guard
            parts.year < 0, parts.month < 0, parts.day < 0, second > first + 1, second <= first + 3,
            text[first] == UInt8(ascii: "/"), text[second] == UInt8(ascii: "/"),
            let month = number(text, start, first), let day = number(text, first + 1, second),
            let year = number(text, second + 1, end)
        else { return false }
        (parts.year, parts.month, parts.day, parts.isMonthFirst) = (year, month, day, true)
        return true
    }

    private static let months: StaticString = "janfebmaraprmayjunjulaugsepoctnovdec"
    private static let weekdays: StaticString = "montuewedthufrisatsun"

    /// Which name of three letters, in either case, begins at `start`.
    private static func index(of text: UnsafeRawBufferPointer, _ start: Int, in names: StaticString) -> Int? {
        for name in 0..<(names.utf8CodeUnitCount / 3) {
            let first = names.utf8Start + name * 3
            if (0..<3).allSatisfy({ text[start + $0] | 0x20 == first[$0] }) { return name }
        }
        return nil
    }

    /// `08:00:00` or `8:00:00`, with or without a fraction, in microseconds.
    private static func timeOfDay(_ text: UnsafeRawBufferPointer, _ first: Int, _ end: Int) -> Int64? {
        // As if the hour had two digits.
        let start = text[first + 1] == UInt8(ascii: ":") ? first - 1 : first
        guard
            end >= start + 8, text[start + 5] == UInt8(ascii: ":"), let hour = number(text, first, start + 2),
            let minute = number(text, start + 3, start + 5), let second = number(text, start + 6, start + 8),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var result = Int64(hour * 3_600 + minute * 60 + second) * 1_000_000
        guard end > start + 8 else { return result }
        guard text[start + 8] == UInt8(ascii: "."), end > start + 9 else { return nil }
        var weight: Int64 = 100_000
        for index in (start + 9)..<end {
            guard text[index] &- 0x30 <= 9 else { return nil }
            result += Int64(text[index] &- 0x30) * weight
            weight /= 10
        }
        return result
    }

    /// `UTC`, `GMT`, `Z`, `+0100`, `+01:00` or `+01`: seconds east of Greenwich.
    private static func zone(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int? {
        let count = end - start
        func isWord(_ word: StaticString) -> Bool {
            count == word.utf8CodeUnitCount && (0..<count).allSatisfy { text[start + $0] == word.utf8Start[$0] }
        }
        if isWord("UTC") || isWord("GMT") || isWord("Z") { return 0 }
        guard
            count == 3 || count == 5 || count == 6, text[start] == UInt8(ascii: "+") || text[start] == UInt8(ascii: "-"),
            count < 6 || text[start + 3] == UInt8(ascii: ":"),
            let hours = number(text, start + 1, start + 3), let minutes = count == 3 ? 0 : number(text, end - 2, end),
            hours < 24, minutes < 60
        else { return nil }
        return (hours * 60 + minutes) * (text[start] == UInt8(ascii: "-") ? -60 : 60)
    }

    /// A number of at most four digits.
    private static func number(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int? {
        guard end > start, end - start <= 4 else { return nil }
        var value = 0
        for index in start..<end {
            guard text[index] &- 0x30 <= 9 else { return nil }
            value = value * 10 + Int(text[index] &- 0x30)
        }
        return value
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 }
}
