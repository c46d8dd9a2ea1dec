#if canImport(Glibc)
import Glibc
#endif
package import EventModel

/// How often a source usually says something, learned by hour of the week, and how surprising its present silence is.
///
/// Each minute is active (records came) or not. An hour of the week has the share of its minutes that are active; where none has
/// been seen yet, the share of all minutes stands in. A quiet minute adds `-ln(1 - share)` to the surprise, an active one ends
/// it. So a night without sign-ins is no surprise, and ten minutes without them on a busy morning are one. Minutes are not
/// independent of each other, so the surprise alone would be over-confident: a silence counts only if it is also twice as
/// long, in surprise, as any of the last two to four weeks.
package struct SourceCadence: Sendable, Equatable, Codable {
    /// What a minute of an hour of the week is expected to be.
    struct Cell: Sendable, Equatable, Codable {
        /// Share of minutes that are active.
        var share: Float = 0
        var minutes: Float = 0

        init() {}

        // Two numbers instead of two names: 168 of them are written each minute.
        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            share = min(1, max(0, try container.decode(Float.self)))
            minutes = max(0, try container.decode(Float.self))
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(share)
            try container.encode(minutes)
        }
    }

    package static let hoursOfWeek = 168
    /// A cell remembers about four weeks of its hour.
    private static let memory: Float = 240
    /// No single quiet minute may surprise more than one in fifty does: the share of an hour is never quite sure.
    private static let largestShare: Float = 0.98
    /// What would happen once in a hundred thousand times, were minutes independent.
    private static let leastSurprise: Float = 12
    /// How much longer than the record, in surprise. In the first week the record knows no weekend.
    private static let beyondRecord: (learned: Float, learning: Float) = (2, 6)
    /// Minutes before anything is said at all: a day; and before the week is known.
    private static let (day, week): (Float, Float) = (1_440, 8 * 1_440)
    /// A source that has spoken so seldom has no cadence yet.
    private static let leastActive: Float = 30
    /// The record is that of this epoch and the one before: two to four weeks.
    private static let epochMinutes: Float = 14 * 1_440

    private var cells: [Cell]
    private var all = Cell()
    private var observed: Float = 0
    private var active: Float = 0
    private var surprise: Float = 0
    private var record: Float = 0
    private var recordBefore: Float = 0
    private var epoch: Float = 0

    package init() {
        cells = [Cell](repeating: Cell(), count: Self.hoursOfWeek)
    }

    /// Whether what was decoded can be one of ours.
    var isSound: Bool { cells.count == Self.hoursOfWeek }

    /// Whether the present silence is far from usual.
    package var isSilent: Bool {
        guard observed >= Self.day, active >= Self.leastActive else { return false }
        return surprise > threshold
    }

    private var threshold: Float {
        let factor = observed < Self.week ? Self.beyondRecord.learning : Self.beyondRecord.learned
        return max(Self.leastSurprise, factor * max(record, recordBefore))
    }

    /// A minute has ended.
    package mutating func observe(minute: Timestamp, isActive: Bool) {
        let hour = Self.hourOfWeek(minute)
        let expected = cells[hour].minutes > 0 ? cells[hour].share : all.share
        if isActive {
            // A long outage that was told of must not make the next one a habit.
            record = max(record, min(surprise, threshold))
            surprise = 0
            active += 1
        } else {
            surprise -= logf(1 - min(expected, Self.largestShare))
        }
        // What an outage looks like is not to be learned.
        if isSilent { return }
        learn(&cells[hour], isActive, memory: Self.memory)
        learn(&all, isActive, memory: Self.week)
        observed += 1
        epoch += 1
        if epoch >= Self.epochMinutes { (recordBefore, record, epoch) = (record, 0, 0) }
    }

    /// Nobody looked for a while: what came before says nothing of the silence now.
    package mutating func forgetSilence() { surprise = 0 }

    private func learn(_ cell: inout Cell, _ isActive: Bool, memory: Float) {
        cell.minutes = min(cell.minutes + 1, memory)
        cell.share += ((isActive ? 1 : 0) - cell.share) / cell.minutes
    }

    /// 1970-01-01 was a Thursday; the week begins with its hour 0, in UTC.
    static func hourOfWeek(_ time: Timestamp) -> Int {
        let hours = Int(time.microseconds / 3_600_000_000)
        return ((hours % hoursOfWeek) + hoursOfWeek) % hoursOfWeek
    }
}
