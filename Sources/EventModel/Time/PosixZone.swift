/// A time zone as POSIX writes it in `TZ` (IEEE Std 1003.1, chapter 8.3): `EST5EDT,M3.2.0,M11.1.0`.
public enum PosixZone {
    /// Transitions are made for these years, by the rule that holds today.
    static let years = 1970...2100
    private static let longest = 64

    /// When the clocks are changed: a weekday of a month, and the local time of it.
    private struct Rule {
        var month: Int
        /// 1...5; 5 is the last.
        var week: Int
        /// 0...6, from Sunday.
        var weekday: Int
        /// Seconds after midnight.
        var time: Int

        /// Seconds since 1970 as the clock shows them before it is changed.
        func local(in year: Int) -> Int64? {
            guard let first = CivilDate(year: year, month: month, day: 1)?.daysSinceEpoch else { return nil }
            // 1970-01-01 was a Thursday.
            let firstWeekday = (first + 4) % 7
            var day = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            while day >= CivilDate.daysInMonth(month, year: year) { day -= 7 }
            return Int64(first + day) * 86_400 + Int64(time)
        }
    }

    /// Nil if the text is no zone of the forms `UTC0`, `EST5`, `EST5EDT,M3.2.0,M11.1.0` and `CET-1CEST,M3.5.0,M10.5.0/3`.
    public static func zone(_ text: String) -> ZoneOffsets? {
        var rest = Substring(text)
        guard text.utf8.count <= longest, name(&rest), let west = clock(&rest) else { return nil }
        let standard = Int32(-west)
        if rest.isEmpty { return ZoneOffsets(fixed: standard) }
        guard name(&rest) else { return nil }
        var summer = standard + 3_600
        if rest.first != "," {
            guard let west = clock(&rest) else { return nil }
            summer = Int32(-west)
        }
        guard let start = rule(&rest), let end = rule(&rest), rest.isEmpty else { return nil }
        var transitions: [ZoneOffsets.Transition] = []
        for year in years {
            guard let begin = start.local(in: year), let finish = end.local(in: year) else { return nil }
            transitions.append(.init(at: begin - Int64(standard), offset: summer))
            transitions.append(.init(at: finish - Int64(summer), offset: standard))
        }
        transitions.sort { $0.at < $1.at }
        return ZoneOffsets(initial: transitions.last?.offset ?? standard, transitions: transitions)
    }

    /// Three letters or more.
    private static func name(_ rest: inout Substring) -> Bool {
        let letters = rest.prefix { $0.isASCII && $0.isLetter }
        rest = rest.dropFirst(letters.count)
        return letters.count >= 3
    }

    /// `[+-]h[h][:mm]`, in seconds.
    private static func clock(_ rest: inout Substring) -> Int? {
        var sign = 1
        if let mark = rest.first, mark == "-" || mark == "+" {
            sign = mark == "-" ? -1 : 1
            rest = rest.dropFirst()
        }
        guard let hours = number(&rest, in: 0...24) else { return nil }
        guard rest.first == ":" else { return sign * hours * 3_600 }
        rest = rest.dropFirst()
        return number(&rest, in: 0...59).map { sign * (hours * 3_600 + $0 * 60) }
    }

    /// `,Mmonth.week.weekday[/time]`
    private static func rule(_ rest: inout Substring) -> Rule? {
        guard rest.hasPrefix(",M") else { return nil }
        rest = rest.dropFirst(2)
        guard let month = number(&rest, in: 1...12), rest.first == "." else { return nil }
        rest = rest.dropFirst()
        guard let week = number(&rest, in: 1...5), rest.first == "." else { return nil }
        rest = rest.dropFirst()
        guard let weekday = number(&rest, in: 0...6) else { return nil }
        var time = 7_200
        if rest.first == "/" {
            rest = rest.dropFirst()
            guard let stated = clock(&rest) else { return nil }
            time = stated
        }
        return Rule(month: month, week: week, weekday: weekday, time: time)
    }

    private static func number(_ rest: inout Substring, in range: ClosedRange<Int>) -> Int? {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard digits.count <= 2, let number = Int(digits), range.contains(number) else { return nil }
        rest = rest.dropFirst(digits.count)
        return number
    }
}
