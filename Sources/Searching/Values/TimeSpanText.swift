/// Spans of time as stages take them: `30s`, `5m`, `1h`, `1d`, `1w`.
enum TimeSpanText {
    /// Microseconds; nil for anything else, for zero, and for more than ten years.
    static func microseconds(_ text: String) -> Int64? {
        guard let last = text.last, let count = Int64(text.dropLast()), count > 0, count <= 315_360_000 else { return nil }
        let unit: Int64
        switch last {
        case "s": unit = 1
        case "m": unit = 60
        case "h": unit = 3_600
        case "d": unit = 86_400
        case "w": unit = 604_800
        default: return nil
        }
        let seconds = count * unit
        return seconds <= 315_360_000 ? seconds * 1_000_000 : nil
    }

    static func text(_ microseconds: Int64) -> String {
        let seconds = microseconds / 1_000_000
        for (unit, length) in [("d", Int64(86_400)), ("h", 3_600), ("m", 60)] where seconds % length == 0 {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }

    /// The shortest of the usual spans that cuts the range into at most `buckets` pieces.
    static func usual(for range: Int64, buckets: Int64 = 60) -> Int64 {
        let usual: [Int64] = [1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000]
        let seconds = usual.first { range / ($0 * 1_000_000) <= buckets } ?? 31_536_000
        return seconds * 1_000_000
    }
}
