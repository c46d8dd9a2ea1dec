import EventModel

// Hot path.

/// What a stamp without a year or a zone is read by.
struct SyslogClock {
    var receivedAt: Timestamp
    /// Local time at the sender.
    var zone: ZoneOffsets

    private static let microsecondsPerDay: Int64 = 86_400_000_000

    /// The year that brings a stamp without one nearest to the time of receipt. The 29th of February exists in leap years only.
    ///
    /// - Parameter offset: what the stamp says it is ahead of UTC, in seconds; nil: it is local time.
    func nearestYear(month: Int, day: Int, secondOfDay: Int, offset: Int?) -> Int {
        let received = receivedAt.microseconds
        let daysReceived = (received - (received % SyslogClock.microsecondsPerDay + SyslogClock.microsecondsPerDay)
            % SyslogClock.microsecondsPerDay) / SyslogClock.microsecondsPerDay
        let year = CivilDate(daysSinceEpoch: Int(daysReceived)).year
        var best = year
        var bestDistance = UInt64.max
        // Four years each way hold a leap year, but for the turn of most centuries: eight do there, too.
        let reach = month == 2 && day == 29 ? 8 : 1
        for candidate in (year - reach)...(year + reach) {
            guard let date = CivilDate(year: candidate, month: month, day: day) else { continue }
            let local = date.daysSinceEpoch * 86_400 + secondOfDay
            let seconds = local - (offset ?? Int(zone.offset(ofLocal: Int64(local))))
            let distance = (Int64(seconds) * 1_000_000 - received).magnitude
            if distance < bestDistance {
                bestDistance = distance
                best = candidate
            }
        }
        return best
    }
}
