/// Forms of stamps that fewer senders use.
extension SyslogTimestamp {
    /// A stamp that begins with a digit and is neither ISO 8601's extended form nor a number of seconds: `2024/10/11 22:14:15`,
    /// `20241011T221415`, `11 Oct 2024 22:14:15`, `11/Oct/2024:22:14:15`.
    static func numbered(_ bytes: SyslogBytes, _ start: Int) -> SyslogTimestamp? {
        slashed(bytes, start) ?? compact(bytes, start) ?? dayFirst(bytes, start)
    }

    /// `Fri Oct 11 22:14:15 2024`, `Fri, 11 Oct 2024 22:14:15 +0200` (RFC 5322).
    static func withWeekday(_ bytes: SyslogBytes, _ start: Int) -> SyslogTimestamp? {
        guard start + 5 < bytes.count, isWeekday(bytes, start) else { return nil }
        var index = start + 3
        if bytes[index] == UInt8(ascii: ",") { index += 1 }
        guard bytes[index] == 0x20 else { return nil }
        index = bytes.skipSpaces(index)
        guard index < bytes.count else { return nil }
        return bytes[index].isDigit ? dayFirst(bytes, index) : named(bytes, index)
    }

    /// `2024/10/11 22:14:15`
    private static func slashed(_ bytes: SyslogBytes, _ start: Int) -> SyslogTimestamp? {
        guard start + 19 <= bytes.count, bytes[start + 4] == UInt8(ascii: "/"), bytes[start + 7] == UInt8(ascii: "/"),
            bytes[start + 10] == 0x20, let year = readYear(bytes, start)
        else { return nil }
        var stamp = SyslogTimestamp()
        stamp.year = year
        stamp.month = bytes.twoDigits(start + 5)
        stamp.day = bytes.twoDigits(start + 8)
        guard stamp.readClock(bytes, start + 11) else { return nil }
        stamp.end = start + 19
        stamp.readAnyFraction(bytes)
        stamp.readAnyOffset(bytes)
        return stamp
    }

    /// ISO 8601's basic form.
    private static func compact(_ bytes: SyslogBytes, _ start: Int) -> SyslogTimestamp? {
        guard start + 15 <= bytes.count, bytes[start + 8] == UInt8(ascii: "T"), let year = readYear(bytes, start) else {
            return nil
        }
        var stamp = SyslogTimestamp()
        stamp.year = year
        stamp.month = bytes.twoDigits(start + 4)
        stamp.day = bytes.twoDigits(start + 6)
        stamp.hour = bytes.twoDigits(start + 9)
        stamp.minute = bytes.twoDigits(start + 11)
        stamp.second = bytes.twoDigits(start + 13)
        stamp.end = start + 15
        stamp.readAnyFraction(bytes)
        stamp.readAnyOffset(bytes)
        return stamp
    }

    /// `11 Oct 2024 22:14:15`, with spaces, hyphens or slashes, and a space or a colon before the clock.
    private static func dayFirst(_ bytes: SyslogBytes, _ start: Int) -> SyslogTimestamp? {
        guard start + 19 <= bytes.count, bytes[start].isDigit else { return nil }
        var stamp = SyslogTimestamp()
        var index = start + 1
        stamp.day = bytes.digit(start)
        if bytes[index].isDigit {
            stamp.day = bytes.twoDigits(start)
            index += 1
        }
        let mark = bytes[index]
        guard mark == 0x20 || mark == UInt8(ascii: "-") || mark == UInt8(ascii: "/"), index + 17 <= bytes.count,
            let month = month(bytes, index + 1), bytes[index + 4] == mark, let year = readYear(bytes, index + 5),
            bytes[index + 9] == 0x20 || bytes[index + 9] == UInt8(ascii: ":"), index + 18 <= bytes.count,
            stamp.readClock(bytes, index + 10)
        else { return nil }
        stamp.month = month
        stamp.year = year
        stamp.end = index + 18
        stamp.readAnyFraction(bytes)
        return stamp
    }

    /// The three letters of an English weekday, in any case.
    private static func isWeekday(_ bytes: SyslogBytes, _ start: Int) -> Bool {
        let letters =
            UInt32(bytes[start] | 0x20) << 16 | UInt32(bytes[start + 1] | 0x20) << 8 | UInt32(bytes[start + 2] | 0x20)
        switch letters {
        // mon, tue, wed, thu, fri, sat, sun
        case 0x6d6f6e, 0x747565, 0x776564, 0x746875, 0x667269, 0x736174, 0x73756e: return true
        default: return false
        }
    }
}
