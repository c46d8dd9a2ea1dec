import EventModel

/// Times as people type and read them.
enum TimeText {
    /// `15m`, `24h`, `7d` ago, `yesterday`, `today`, `now`, or RFC 3339.
    static func parse(_ text: String, now: Timestamp) -> Timestamp? {
        let day: Int64 = 86_400_000_000
        let midnight = Timestamp(microseconds: now.microseconds / day * day)
        switch text {
        case "now": return now
        case "today": return midnight
        case "yesterday": return Timestamp(microseconds: midnight.microseconds - day)
        default: break
        }
        if let unit = text.last, let count = Int64(text.dropLast()), count >= 0, count < 1_000_000 {
            let seconds: Int64? =
                switch unit {
                case "s": 1
                case "m": 60
                case "h": 3_600
                case "d": 86_400
                case "w": 604_800
                default: nil
                }
            if let seconds { return Timestamp(microseconds: now.microseconds - count * seconds * 1_000_000) }
        }
        var full = text
        if text.count == 10 { full += "T00:00:00Z" }
        return full.withUTF8 { RFC3339.parse(UnsafeRawBufferPointer($0)) }
    }

    /// `2026-11-20 09:14:07` in UTC: sorts, aligns, and can be pasted back with a T and a Z.
    static func short(_ time: Timestamp) -> String {
        let text = RFC3339.format(time, fractionDigits: 0)
        return text.replacing("T", with: " ").replacing("Z", with: "")
    }
}
