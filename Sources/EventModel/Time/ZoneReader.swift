import Foundation

/// Makes the table of a time zone out of the IANA data that Foundation has.
public enum ZoneReader {
    /// Stamps of earlier and later years are read by the offset of the table's end: nothing that sends syslog is older, and
    /// what zones will do after that has not been decided.
    static let years = 1970...2100
    /// What a configuration may say, for people.
    public static let forms = "a name such as Europe/Berlin, an offset such as +02:00, UTC, or local"

    /// Nil if the text is no zone.
    public static func zone(_ text: String) -> ZoneOffsets? {
        if let offset = fixedOffset(text) { return ZoneOffsets(fixed: offset) }
        if text == "local" { return table(TimeZone.current) }
        // The library takes abbreviations, and paths; a configuration is to say what is meant.
        guard TimeZone.knownTimeZoneIdentifiers.contains(text) || isAlias(text), let zone = TimeZone(identifier: text) else {
            return nil
        }
        return table(zone)
    }

    /// `; did you mean "Europe/Berlin"?`, for the end of a message, or nothing.
    public static func hint(for text: String) -> String {
        suggestion(for: text).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// The name that was probably meant.
    public static func suggestion(for text: String) -> String? {
        let names = TimeZone.knownTimeZoneIdentifiers
        if let nearest = NearestName.find(text, in: names + ["UTC", "local"]) { return nearest }
        // `Berlin`, `berlin`: the city alone.
        let city = text.lowercased().replacing(" ", with: "_")
        return names.first { $0.split(separator: "/").last?.lowercased() == city }
    }

    /// Names that the database has beside those that are listed: `UTC`, `Etc/UTC`, `US/Eastern`, `CET`.
    private static func isAlias(_ text: String) -> Bool {
        guard text == "UTC" || text.contains("/") || text == "CET" || text == "EET" || text == "MET" || text == "WET" else {
            return false
        }
        return !text.contains("..") && !text.hasPrefix("/") && text.utf8.count <= 64
    }

    /// `+02:00`, `-0330`, `+02`: seconds.
    private static func fixedOffset(_ text: String) -> Int32? {
        let bytes = Array(text.utf8)
        guard let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        var digits = bytes.dropFirst()
        if digits.count == 5, digits[3] == UInt8(ascii: ":") { digits = digits[1...2] + digits[4...5] }
        guard digits.count == 2 || digits.count == 4, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let numbers = digits.map { Int32($0 - 0x30) }
        let hours = numbers[0] * 10 + numbers[1]
        let minutes = numbers.count == 4 ? numbers[2] * 10 + numbers[3] : 0
        guard hours <= 23, minutes <= 59 else { return nil }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }

    private static func table(_ zone: TimeZone) -> ZoneOffsets {
        func moment(_ year: Int) -> Date {
            Date(timeIntervalSince1970: Double(CivilDate(year: year, month: 1, day: 1)?.daysSinceEpoch ?? 0) * 86_400)
        }
        var transitions: [ZoneOffsets.Transition] = []
        var from = moment(years.lowerBound)
        let end = moment(years.upperBound)
        let initial = Int32(zone.secondsFromGMT(for: from))
        while let next = zone.nextDaylightSavingTimeTransition(after: from), next > from, next < end {
            let offset = Int32(zone.secondsFromGMT(for: next))
            if offset != (transitions.last?.offset ?? initial) {
                transitions.append(.init(at: Int64(next.timeIntervalSince1970.rounded()), offset: offset))
            }
            from = next
        }
        return ZoneOffsets(initial: initial, transitions: transitions)
    }
}
