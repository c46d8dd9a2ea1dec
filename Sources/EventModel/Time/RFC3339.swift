// Hot path.

/// Date and time on the Internet (RFC 3339): `2026-05-01T10:00:00.123Z`. Reads bytes without allocating.
public enum RFC3339 {
    /// Reads exactly one date-time with its zone; nil if `text` is anything else.
    ///
    /// `T` may be `t` or a blank, `Z` may be `z` (section 5.6). Digits of the fraction beyond microseconds are cut off. A leap
    /// second (`23:59:60` in UTC) is the first second of the next day, since `Timestamp`, as POSIX time, has no room for it;
    /// `60` anywhere else is refused. The zone `-00:00` (section 4.3: offset unknown) is UTC.
    public static func parse(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        parse(text, isZoneRequired: true)
    }

    /// Reads a date-time as vendors also write it: without a zone, which is UTC then (`2024-05-01T10:00:00`, Microsoft), with
    /// the zone of ISO 8601's basic format (`2024-05-01T10:00:00.000+0000`, Atlassian), or with ` UTC`.
    public static func parseAssumingUTC(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        parse(text, isZoneRequired: false)
    }

    /// Reads exactly one date-time with its zone, from a string.
    public static func parse(_ text: String) -> Timestamp? {
        var text = text
        return text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }

    private static func parse(_ text: UnsafeRawBufferPointer, isZoneRequired: Bool) -> Timestamp? {
        guard text.count >= 19, let bytes = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        guard
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), isTimeMark(bytes[10]),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":")
        else { return nil }
        // A byte that is no digit makes its number 100 or more, which every check below refuses.
        let century = twoDigits(bytes)
        let yearOfCentury = twoDigits(bytes + 2)
        guard century < 100, yearOfCentury < 100 else { return nil }
        guard
            let date = CivilDate(
                year: century * 100 + yearOfCentury, month: twoDigits(bytes + 5), day: twoDigits(bytes + 8))
        else { return nil }
        let hour = twoDigits(bytes + 11)
        let minute = twoDigits(bytes + 14)
        let second = twoDigits(bytes + 17)
        guard hour < 24, minute < 60, second <= 60 else { return nil }

        var index = 19
        var fraction = 0
        if index < text.count && bytes[index] == UInt8(ascii: ".") {
            let firstDigit = index + 1
            var weight = 100_000
            index = firstDigit
            while index < text.count, bytes[index] &- 0x30 < 10 {
                fraction &+= Int(bytes[index] &- 0x30) &* weight
                weight /= 10
                index += 1
            }
            guard index > firstDigit else { return nil }
        }

        var offset = 0
        if index == text.count {
            guard !isZoneRequired else { return nil }
        } else {
            let mark = bytes[index]
            if mark | 0x20 == UInt8(ascii: "z") {
                guard text.count == index + 1 else { return nil }
            } else {
                let rest = UnsafeRawBufferPointer(rebasing: text[index...])
                guard let seconds = zone(rest, isBasicAllowed: !isZoneRequired) else { return nil }
                offset = seconds
            }
        }
        let seconds = date.daysSinceEpoch &* 86_400 &+ hour &* 3_600 &+ minute &* 60 &+ second &- offset
        guard second < 60 || seconds % 86_400 == 0 else { return nil }
        return Timestamp(microseconds: Int64(seconds &* 1_000_000 &+ fraction))
    }

    /// Seconds east of UTC: `+02:00`; also `+0200` and ` UTC` if the basic format and names are allowed.
    private static func zone(_ text: UnsafeRawBufferPointer, isBasicAllowed: Bool) -> Int? {
        guard let bytes = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        if isBasicAllowed, text.elementsEqual(" UTC".utf8) { return 0 }
        let isExtended = text.count == 6 && bytes[3] == UInt8(ascii: ":")
        guard isExtended || isBasicAllowed && text.count == 5 else { return nil }
        guard bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-") else { return nil }
        let hours = twoDigits(bytes + 1)
        let minutes = twoDigits(bytes + (isExtended ? 4 : 3))
        guard hours < 24, minutes < 60 else { return nil }
        return (hours * 60 + minutes) * (bytes[0] == UInt8(ascii: "-") ? -60 : 60)
    }

    /// The instant in UTC with `fractionDigits` (0...6) digits of the second, the rest cut off: `2026-05-01T10:00:00.123Z`.
    /// Instants outside the years 0...9999, which the format cannot write, become the first or last one that it can.
    public static func format(_ timestamp: Timestamp, fractionDigits: Int = 3) -> String {
        let first = -62_167_219_200_000_000
        let last = 253_402_300_799_999_999
        let microseconds = min(max(Int(timestamp.microseconds), first), last)
        let fraction = (microseconds % 1_000_000 + 1_000_000) % 1_000_000
        let seconds = (microseconds - fraction) / 1_000_000
        let secondOfDay = (seconds % 86_400 + 86_400) % 86_400
        let date = CivilDate(daysSinceEpoch: (seconds - secondOfDay) / 86_400)
        let digits = min(max(fractionDigits, 0), 6)
        return String(unsafeUninitializedCapacity: 27) { buffer in
            var count = 0
            func write(_ value: Int, width: Int, then mark: Character?) {
                var rest = value
                for index in stride(from: count + width - 1, through: count, by: -1) {
                    buffer[index] = 0x30 + UInt8(rest % 10)
                    rest /= 10
                }
                count += width
                guard let byte = mark?.asciiValue else { return }
                buffer[count] = byte
                count += 1
            }
            write(date.year, width: 4, then: "-")
            write(date.month, width: 2, then: "-")
            write(date.day, width: 2, then: "T")
            write(secondOfDay / 3_600, width: 2, then: ":")
            write(secondOfDay / 60 % 60, width: 2, then: ":")
            write(secondOfDay % 60, width: 2, then: digits > 0 ? "." : "Z")
            if digits > 0 {
                let divisors = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1]
                write(fraction / divisors[digits], width: digits, then: "Z")
            }
            return count
        }
    }

    @inline(__always)
    private static func isTimeMark(_ byte: UInt8) -> Bool {
        byte | 0x20 == UInt8(ascii: "t") || byte == UInt8(ascii: " ")
    }

    /// The number that two ASCII digits write; 100 or more if they are none.
    @inline(__always)
    private static func twoDigits(_ bytes: UnsafePointer<UInt8>) -> Int {
        let tens = bytes[0] &- 0x30
        let units = bytes[1] &- 0x30
        return tens < 10 && units < 10 ? Int(tens &* 10 &+ units) : 100
    }
}
