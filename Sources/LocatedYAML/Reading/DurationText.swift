/// Durations as people write them: a whole number and a unit, `30s`, `5m`, `1h`, `7d`.
public enum DurationText {
    /// Microseconds of each unit. `ms` is for configuration; Sigma does not have it.
    private static let units: [(suffix: String, microseconds: Int64)] = [
        ("us", 1), ("ms", 1_000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000), ("d", 86_400_000_000),
        ("w", 604_800_000_000),
    ]

    /// Microseconds; nil if the text is no duration, or one that does not fit.
    public static func microseconds(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let suffix = text.dropFirst(digits.count)
        guard let count = Int64(digits), let unit = units.first(where: { $0.suffix == suffix }) else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit.microseconds)
        return overflow ? nil : product
    }

    /// The shortest way to write a duration: `90s`, `2h`. Zero is `0s`.
    public static func text(_ microseconds: Int64) -> String {
        guard microseconds != 0 else { return "0s" }
        // Weeks are read but not written: people think of 14d, not of 2w.
        for unit in units.dropLast().reversed() where microseconds % unit.microseconds == 0 {
            return "\(microseconds / unit.microseconds)\(unit.suffix)"
        }
        return "\(microseconds)us"
    }
}
