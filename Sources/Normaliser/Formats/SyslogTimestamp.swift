import EventModel

// Hot path.

/// A civil time as a syslog header states it.
struct SyslogTimestamp {
    /// 0: not sent.
    var year: Int32 = 0
    var month: UInt8 = 1
    var day: UInt8 = 1
    var hour: UInt8 = 0
    var minute: UInt8 = 0
    var second: UInt8 = 0
    /// How many digits of the fraction were sent; at most 9 are read, 6 kept.
    var fractionDigits: UInt8 = 0
    var microsecond: Int32 = 0
    /// Seconds ahead of UTC; only meaningful with `hasOffset`.
    var offset: Int32 = 0
    var hasOffset = false
    /// Index of the first byte after the stamp.
    var end = 0

    /// The year sent, or the one nearest to the time of receipt.
    func resolvedYear(_ clock: SyslogClock) -> Int {
        if year != 0 { return Int(year) }
        return clock.nearestYear(
            month: Int(month), day: Int(day), secondOfDay: secondOfDay, offset: hasOffset ? Int(offset) : nil)
    }

    /// The instant meant; nil if no year near the time of receipt has that day.
    @inline(__always)
    func instant(_ clock: SyslogClock) -> Timestamp? {
        guard let date = CivilDate(year: resolvedYear(clock), month: Int(month), day: Int(day)) else { return nil }
        let local = Int64(date.daysSinceEpoch * 86_400 + secondOfDay)
        let seconds = local - Int64(hasOffset ? offset : clock.zone.offset(ofLocal: local))
        return Timestamp(microseconds: seconds * 1_000_000 + Int64(microsecond))
    }

    private var secondOfDay: Int { Int(hour) * 3_600 + Int(minute) * 60 + Int(second) }

    /// Whether all numbers are in range, the day in its month. Second 60 is not a time of day (RFC 5424, section 6.2.3).
    @inline(__always)
    private var isValid: Bool {
        guard month &- 1 <= 11, day >= 1, hour <= 23, minute <= 59, second <= 59 else { return false }
        if day <= 28 { return true }
        return Int(day) <= (year == 0 && month == 2 ? 29 : CivilDate.daysInMonth(Int(month), year: Int(year)))
    }
}

// MARK: - The forms

extension SyslogTimestamp {
    /// TIMESTAMP of RFC 5424, section 6.2.3, without NILVALUE. Takes up to nine digits of the fraction, as many senders write.
    @inline(__always)
    static func strict(_ bytes: SyslogBytes, _ start: Int) -> SyslogTimestamp? {
        guard start + 20 <= bytes.count, var stamp = date(bytes, start), bytes[start + 10] == UInt8(ascii: "T"),
            stamp.readClock(bytes, start + 11)
        else { return nil }
        var index = start + 19
        if bytes[index] == UInt8(ascii: ".") {
            guard let end = stamp.readFraction(bytes, index + 1), stamp.fractionDigits <= 9 else { return nil }
            index = end
        }
        guard index < bytes.count else { return nil }
        stamp.hasOffset = true
        if bytes[index] == UInt8(ascii: "Z") {
            stamp.end = index + 1
        } else {
            guard index + 6 <= bytes.count, bytes[index + 3] == UInt8(ascii: ":"),
                stamp.readOffset(bytes, index, minutesAt: index + 4)
            else { return nil }
            stamp.end = index + 6
        }
        return stamp.isValid ? stamp : nil
    }

    /// Any form that RFC 3164's senders use: `Oct 11 22:14:15` with a year before, between or after, ISO 8601 with `T` or a
    /// space and any or no offset, seconds or milliseconds since 1970, and those of `SyslogTimestamp+Forms`, each followed by the
    /// name of a zone or not.
    static func lenient(_ bytes: SyslogBytes, _ start: Int) -> SyslogTimestamp? {
        guard start < bytes.count else { return nil }
        var found: SyslogTimestamp?
        if bytes[start].isDigit {
            found = iso(bytes, start) ?? yearFirst(bytes, start) ?? epoch(bytes, start) ?? numbered(bytes, start)
        } else {
            found = named(bytes, start) ?? withWeekday(bytes, start)
        }
        guard var stamp = found, stamp.isValid else { return nil }
        if !stamp.hasOffset {
            stamp.readZone(bytes)
            // `Fri Oct 11 22:14:15 CEST 2024`, as date(1) writes it.
            if stamp.hasOffset { stamp.readYearAfter(bytes) }
        }
        return stamp.isValid ? stamp : nil
    }

    /// Seconds since 1970 with or without a fraction, or milliseconds: 10 or 13 digits before a space.
    static func epoch(_ bytes: SyslogBytes, _ start: Int) -> SyslogTimestamp? {
        var index = start
        var value = 0
        while index < bytes.count, index < start + 14, bytes[index].isDigit {
            value = value * 10 + Int(bytes.digit(index))
            index += 1
        }
        var stamp = SyslogTimestamp()
        switch index - start {
        case 10:
            if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
                guard let end = stamp.readFraction(bytes, index + 1) else { return nil }
                index = end
            }
        case 13:
            stamp.microsecond = Int32(value % 1_000) * 1_000
            stamp.fractionDigits = 3
            value /= 1_000
        default: return nil
        }
        guard index < bytes.count, bytes[index] == 0x20 else { return nil }
        stamp.set(secondsSince1970: value)
        stamp.end = index
        return stamp
    }

    private static func iso(_ bytes: SyslogBytes, _ start: Int) -> SyslogTimestamp? {
        guard start + 19 <= bytes.count, var stamp = date(bytes, start),
            bytes[start + 10] | 0x20 == UInt8(ascii: "t") || bytes[start + 10] == 0x20, stamp.readClock(bytes, start + 11)
        else { return nil }
        stamp.end = start + 19
        stamp.readAnyFraction(bytes)
        stamp.readAnyOffset(bytes)
        return stamp
    }

    /// Whether a stamp may end here: at a space, at a colon before a space (an IPv6 address follows otherwise), or at the end.
    static func isStampEnd(_ bytes: SyslogBytes, _ end: Int) -> Bool {
        if end == bytes.count || bytes[end] == 0x20 { return true }
        return bytes[end] == UInt8(ascii: ":") && (end + 1 == bytes.count || bytes[end + 1] == 0x20)
    }

    /// `2024 Oct 11 22:14:15`
    private static func yearFirst(_ bytes: SyslogBytes, _ start: Int) -> SyslogTimestamp? {
        guard let year = readYear(bytes, start), start + 4 < bytes.count, bytes[start + 4] == 0x20,
            var stamp = named(bytes, start + 5), stamp.year == 0
        else { return nil }
        stamp.year = year
        return stamp
    }

    /// `Oct 11 22:14:15`, `Oct 11 2024 22:14:15`, `Oct 11 22:14:15 2024`
    static func named(_ bytes: SyslogBytes, _ start: Int) -> SyslogTimestamp? {
        guard start + 14 <= bytes.count, bytes[start + 3] == 0x20, let month = month(bytes, start) else { return nil }
        var stamp = SyslogTimestamp()
        stamp.month = month
        var index = bytes.skipSpaces(start + 4)
        guard index <= start + 5, index + 2 < bytes.count, bytes[index].isDigit else { return nil }
        if bytes[index + 1].isDigit {
            stamp.day = bytes.twoDigits(index)
            index += 2
        } else {
            stamp.day = bytes.digit(index)
            index += 1
        }
        guard index < bytes.count, bytes[index] == 0x20 else { return nil }
        index = bytes.skipSpaces(index)
        if let year = readYear(bytes, index), index + 4 < bytes.count, bytes[index + 4] == 0x20 {
            stamp.year = year
            index += 5
        }
        // Some leave out the hour's leading zero.
        let width = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: ":") ? 7 : 8
        guard index + width <= bytes.count, stamp.readClock(bytes, index, isShort: width == 7) else { return nil }
        stamp.end = index + width
        stamp.readAnyFraction(bytes)
        stamp.readOffsetAttached(bytes)
        stamp.readYearAfter(bytes)
        return stamp
    }

    /// A year after a space, for a stamp that has none yet.
    private mutating func readYearAfter(_ bytes: SyslogBytes) {
        guard year == 0, end < bytes.count, bytes[end] == 0x20, let found = SyslogTimestamp.readYear(bytes, end + 1),
            SyslogTimestamp.isStampEnd(bytes, end + 5)
        else { return }
        year = found
        end += 5
    }

    /// `22:14:15+02:00`, `22:14:15Z`: only if the stamp ends there.
    private mutating func readOffsetAttached(_ bytes: SyslogBytes) {
        guard end < bytes.count, bytes[end] != 0x20 else { return }
        var zoned = self
        zoned.readAnyOffset(bytes)
        if zoned.hasOffset, SyslogTimestamp.isStampEnd(bytes, zoned.end) { self = zoned }
    }
}

// MARK: - The parts

extension SyslogTimestamp {
    /// `2024-10-11`
    @inline(__always)
    private static func date(_ bytes: SyslogBytes, _ start: Int) -> SyslogTimestamp? {
        let century = bytes.twoDigits(start)
        let yearOfCentury = bytes.twoDigits(start + 2)
        guard century <= 99, yearOfCentury <= 99, bytes[start + 4] == UInt8(ascii: "-"),
            bytes[start + 7] == UInt8(ascii: "-")
        else { return nil }
        var stamp = SyslogTimestamp()
        stamp.year = Int32(century) * 100 + Int32(yearOfCentury)
        stamp.month = bytes.twoDigits(start + 5)
        stamp.day = bytes.twoDigits(start + 8)
        return stamp.year > 0 ? stamp : nil
    }

    /// `2:14:15` if it is short, else `22:14:15`.
    mutating func readClock(_ bytes: SyslogBytes, _ start: Int, isShort: Bool) -> Bool {
        if !isShort { return readClock(bytes, start) }
        guard bytes[start].isDigit, bytes[start + 1] == UInt8(ascii: ":"), bytes[start + 4] == UInt8(ascii: ":") else {
            return false
        }
        hour = bytes.digit(start)
        minute = bytes.twoDigits(start + 2)
        second = bytes.twoDigits(start + 5)
        return true
    }

    /// `22:14:15`
    @inline(__always)
    mutating func readClock(_ bytes: SyslogBytes, _ start: Int) -> Bool {
        guard bytes[start + 2] == UInt8(ascii: ":"), bytes[start + 5] == UInt8(ascii: ":") else { return false }
        hour = bytes.twoDigits(start)
        minute = bytes.twoDigits(start + 3)
        second = bytes.twoDigits(start + 6)
        return true
    }

    /// Digits of a fraction: the place after them, or nil without one.
    @inline(__always)
    private mutating func readFraction(_ bytes: SyslogBytes, _ start: Int) -> Int? {
        var index = start
        var scale: Int32 = 100_000
        while index < bytes.count, bytes[index].isDigit {
            microsecond += Int32(bytes.digit(index)) * scale
            scale /= 10
            index += 1
        }
        fractionDigits = UInt8(min(index - start, 255))
        return index > start ? index : nil
    }

    /// A fraction after `.` or `,` at `end`, if there is one. A bare point after the seconds is skipped.
    mutating func readAnyFraction(_ bytes: SyslogBytes) {
        guard end < bytes.count, bytes[end] == UInt8(ascii: ".") || bytes[end] == UInt8(ascii: ",") else { return }
        end = readFraction(bytes, end + 1) ?? end + 1
    }

    /// `+02:00` or `-0200` at `index`, the minutes where told: false if it is none.
    @inline(__always)
    private mutating func readOffset(_ bytes: SyslogBytes, _ index: Int, minutesAt: Int?) -> Bool {
        let sign: Int32
        switch bytes[index] {
        case UInt8(ascii: "+"): sign = 1
        case UInt8(ascii: "-"): sign = -1
        default: return false
        }
        let hours = bytes.twoDigits(index + 1)
        let minutes = minutesAt.map { bytes.twoDigits($0) } ?? 0
        guard hours <= 23, minutes <= 59 else { return false }
        offset = sign * (Int32(hours) * 3_600 + Int32(minutes) * 60)
        hasOffset = true
        return true
    }

    /// `Z`, `+02`, `+0200`, `+02:00`, or `Z` and one of them, at `end`.
    mutating func readAnyOffset(_ bytes: SyslogBytes) {
        if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "z") {
            hasOffset = true
            end += 1
        }
        guard end + 3 <= bytes.count else { return }
        if end + 6 <= bytes.count, bytes[end + 3] == UInt8(ascii: ":"), readOffset(bytes, end, minutesAt: end + 4) {
            end += 6
        } else if end + 5 <= bytes.count, bytes[end + 3].isDigit, readOffset(bytes, end, minutesAt: end + 3) {
            end += 5
        } else if readOffset(bytes, end, minutesAt: nil) {
            end += 3
        }
    }

    /// A zone after a space: `UTC`, `+0200`, `Z`, `GMT+02:00`.
    private mutating func readZone(_ bytes: SyslogBytes) {
        guard end + 1 < bytes.count, bytes[end] == 0x20 else { return }
        var start = end + 1
        if start + 5 < bytes.count, bytes.has("GMT", at: start) || bytes.has("UTC", at: start),
            bytes[start + 3] == UInt8(ascii: "+") || bytes[start + 3] == UInt8(ascii: "-")
        {
            start += 3
        }
        var tokenEnd = start
        while tokenEnd < bytes.count, tokenEnd < start + 7, bytes[tokenEnd] != 0x20, bytes[tokenEnd] != UInt8(ascii: ":") {
            tokenEnd += 1
        }
        guard start < bytes.count, SyslogTimestamp.isZoneEnd(bytes, tokenEnd) else { return }
        if bytes[start] == UInt8(ascii: "+") || bytes[start] == UInt8(ascii: "-") {
            var zoned = self
            zoned.end = start
            zoned.readAnyOffset(bytes)
            if zoned.end == bytes.count || bytes[zoned.end] == 0x20 || bytes[zoned.end] == UInt8(ascii: ":") { self = zoned }
        } else if let known = SyslogZone.offset(bytes, start, tokenEnd) {
            offset = known
            hasOffset = true
            end = tokenEnd
        }
    }

    private static func isZoneEnd(_ bytes: SyslogBytes, _ end: Int) -> Bool {
        end == bytes.count || bytes[end] == 0x20 || bytes[end] == UInt8(ascii: ":")
    }

    /// Four digits, 1970 or later.
    static func readYear(_ bytes: SyslogBytes, _ start: Int) -> Int32? {
        guard start + 4 <= bytes.count else { return nil }
        let century = bytes.twoDigits(start)
        let yearOfCentury = bytes.twoDigits(start + 2)
        guard century <= 99, yearOfCentury <= 99 else { return nil }
        let year = Int32(century) * 100 + Int32(yearOfCentury)
        return year >= 1970 ? year : nil
    }

    /// An English month's three letters, in any case.
    static func month(_ bytes: SyslogBytes, _ start: Int) -> UInt8? {
        let letters =
            UInt32(bytes[start] | 0x20) << 16 | UInt32(bytes[start + 1] | 0x20) << 8 | UInt32(bytes[start + 2] | 0x20)
        switch letters {
        case 0x6a616e: return 1  // jan
        case 0x666562: return 2
        case 0x6d6172: return 3
        case 0x617072: return 4
        case 0x6d6179: return 5
        case 0x6a756e: return 6
        case 0x6a756c: return 7
        case 0x617567: return 8
        case 0x736570: return 9
        case 0x6f6374: return 10
        case 0x6e6f76: return 11
        case 0x646563: return 12
        default: return nil
        }
    }

    private mutating func set(secondsSince1970 value: Int) {
        let date = CivilDate(daysSinceEpoch: value / 86_400)
        let rest = value % 86_400
        year = Int32(date.year)
        month = UInt8(date.month)
        day = UInt8(date.day)
        hour = UInt8(rest / 3_600)
        minute = UInt8(rest % 3_600 / 60)
        second = UInt8(rest % 60)
        hasOffset = true
    }
}
