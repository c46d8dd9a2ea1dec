import EventModel

// Hot path.

/// Forms beside RFC 3339 and numbers since 1970.
extension TimeText {
    private static let maximumLength = 40

    /// RFC 3339 but for its punctuation: a zone without a colon (`2026-11-20T08:00:00.000+0000`, ISO 8601's basic format), or
    /// a colon before the fraction (`2026-11-20 08:00:00:123`).
    static func nearlyRFC3339(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        guard text.count > 19, text.count < maximumLength else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: text.count + 1, alignment: 1) { buffer -> Timestamp? in
            buffer.copyMemory(from: text)
            var count = text.count
            if buffer[19] == UInt8(ascii: ":") { buffer[19] = UInt8(ascii: ".") }
            let sign = count - 5
            if sign >= 19, buffer[sign] == UInt8(ascii: "+") || buffer[sign] == UInt8(ascii: "-") {
                buffer[count] = buffer[count - 1]
                buffer[count - 1] = buffer[count - 2]
                buffer[count - 2] = UInt8(ascii: ":")
                count += 1
            }
            return RFC3339.parseAssumingUTC(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// The fourteen digits of a date and time (`20261120080000.123`), which as milliseconds would be after the year 2590. UTC.
    /// - Parameter fraction: the microseconds of the second
    static func compact(_ digits: Int64, fraction: Int64) -> Timestamp? {
        guard digits >= 1970_01_01_00_00_00, digits < 2100_01_01_00_00_00 else { return nil }
        let date = Int(digits / 1_000_000)
        let hour = digits / 10_000 % 100
        let minute = digits / 100 % 100
        let second = digits % 100
        guard
            hour < 24, minute < 60, second < 60,
            let day = CivilDate(year: date / 10_000, month: date / 100 % 100, day: date % 100)
        else { return nil }
        let seconds = Int64(day.daysSinceEpoch) * 86_400 + hour * 3_600 + minute * 60 + second
        return Timestamp(microseconds: seconds * 1_000_000 + fraction)
    }
}
