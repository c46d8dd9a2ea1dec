import EventModel

// Hot path.

/// Forms beside RFC 3339 and numbers since 1970.
extension TimeText {
    private static let maximumLength = 40

    /// RFC 3339 but for a colon before the fraction (`2026-11-20 08:00:00:123`).
    static func nearlyRFC3339(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        guard text.count > 19, text.count < maximumLength, text[19] == UInt8(ascii: ":") else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: text.count, alignment: 1) { buffer -> Timestamp? in
            buffer.copyMemory(from: text)
            buffer[19] = UInt8(ascii: ".")
            return RFC3339.parseAssumingUTC(UnsafeRawBufferPointer(buffer))
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
