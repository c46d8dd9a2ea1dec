/// A correlation's `timespan`: a whole number and one of `s m h d w M y` (Sigma correlation specification 2.1.0, and pySigma for
/// the last three).
package enum Timespan {
    /// Seconds of each unit; a month and a year are the mean ones of the Gregorian calendar.
    private static let seconds: [Character: Int64] = [
        "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "M": 2_629_746, "y": 31_556_952,
    ]
    /// Windows longer than ten years are a slip of the pen, and would overflow sums of times.
    private static let maximumSeconds: Int64 = 315_569_520

    /// Microseconds; nil if the text is no timespan above zero, or too long a one.
    package static func microseconds(_ text: String) -> Int64? {
        guard let unit = text.last.flatMap({ seconds[$0] }), text.dropLast().utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let count = Int64(text.dropLast()), count > 0, count <= maximumSeconds / unit
        else { return nil }
        return count * unit * 1_000_000
    }
}
