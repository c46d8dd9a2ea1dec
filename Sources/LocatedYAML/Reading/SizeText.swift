/// Sizes as people write them: a whole number of bytes, with or without a unit, `512`, `64KiB`, `16MiB`, `2GB`.
public enum SizeText {
    private static let units: [String: Int] = [
        "": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
        "kB": 1_000, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
    ]

    /// Bytes; nil if the text is no size, or one that does not fit.
    public static func bytes(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        var suffix = text.dropFirst(digits.count)
        if suffix.first == " " { suffix.removeFirst() }
        guard let count = Int(digits), let unit = units[String(suffix)] else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? nil : product
    }

    /// The shortest way to write a size, in powers of two: `1536MiB`, `2GiB`.
    public static func text(_ bytes: Int) -> String {
        for (suffix, unit) in [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        where bytes >= unit && bytes % unit == 0 { return "\(bytes / unit)\(suffix)" }
        return "\(bytes)"
    }
}
