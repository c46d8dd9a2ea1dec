package import EventModel

// Hot path.

/// Instants as vendors write them: RFC 3339 (without a zone it is UTC), or a number since 1970-01-01 in seconds, milliseconds,
/// microseconds or nanoseconds, told apart by its size, or one of the forms of `TimeWords`.
package enum TimeText {
    package static func parse(_ text: UnsafeRawBufferPointer, isNumber: Bool) -> Timestamp? {
        if isNumber { return epoch(text) }
        if let timestamp = RFC3339.parseAssumingUTC(text) { return timestamp }
        return epoch(text) ?? TimeWords.parse(text)
    }

    /// Digits with or without a fraction. A number of seconds reaches the year 5138, one of milliseconds starts in 1973.
    private static func epoch(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        guard text.count >= 1, text.count <= 32 else { return nil }
        var whole: Int64 = 0
        var index = 0
        while index < text.count, text[index] &- 0x30 <= 9 {
            guard index < 18 || whole < 900_000_000_000_000_000 else { return nil }
            whole = whole &* 10 &+ Int64(text[index] &- 0x30)
            index += 1
            guard index <= 19 else { return nil }
        }
        guard index > 0 else { return nil }
        var fraction: Int64 = 0
        if index < text.count {
            guard text[index] == UInt8(ascii: ".") else { return nil }
            var weight: Int64 = 100_000
            index += 1
            let first = index
            while index < text.count, text[index] &- 0x30 <= 9 {
                fraction += Int64(text[index] &- 0x30) &* weight
                weight /= 10
                index += 1
            }
            guard index == text.count, index > first else { return nil }
        }
        switch whole {
        case ..<100_000_000_000: return Timestamp(microseconds: whole &* 1_000_000 &+ fraction)
        case ..<100_000_000_000_000: return Timestamp(microseconds: whole &* 1_000 &+ fraction / 1_000)
        case ..<100_000_000_000_000_000: return Timestamp(microseconds: whole)
        default: return Timestamp(microseconds: whole / 1_000)
        }
    }
}
