/// A length of time as rules write it.
enum DurationText {
    private static let units: [(name: String, size: Int64)] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)]

    /// `90m` rather than `1h30m`: in the largest unit that leaves no rest.
    static func text(_ microseconds: Int64) -> String {
        let seconds = microseconds / 1_000_000
        guard let unit = units.first(where: { seconds % $0.size == 0 }) else { return "\(seconds)s" }
        return "\(seconds / unit.size)\(unit.name)"
    }
}
