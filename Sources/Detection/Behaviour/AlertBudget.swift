import EventModel
import Sigma

/// Keeps the findings of a rule within a number a day, by letting only the most surprising ones through: those as surprising as
/// the ones that would have filled the budget on the days before.
///
/// Event time, in whole days (UTC): a replay decides the same. The first day lets everything through.
struct AlertBudget: Sendable, Equatable {
    /// Days whose scores are the measure.
    static let days = 7
    /// Scores of one day that are remembered: beyond the budget, lower ones say nothing.
    let limit: Int
    private var day = Int64.min
    /// The highest scores of the day, the lowest first.
    private var today: [Double] = []
    /// Of each day before, the score that filled its budget; 0 if it did not.
    private var floors: [Double] = []
    /// Groups that were let through, and the day: what extends a finding costs nothing.
    private var admitted: [GroupKey: Int64] = [:]

    init(_ limit: Int) { self.limit = max(1, limit) }

    /// Whether a score of a group is let through.
    mutating func admits(_ score: Double, at time: Timestamp, group: GroupKey) -> Bool {
        let now = BehaviourTable.floor(time.microseconds, Behaviour.day)
        if now > day { begin(now) }
        if admitted[group] == now { return true }
        // What comes late counts with the present day.
        let isRemembered = today.count < limit || score > (today.first ?? 0)
        if isRemembered {
            let place = today.firstIndex { $0 >= score } ?? today.count
            today.insert(score, at: place)
            if today.count > limit { today.removeFirst() }
        }
        guard score >= (floors.max() ?? 0) else { return false }
        if admitted.count < 100_000 { admitted[group] = now }
        return true
    }

    private mutating func begin(_ next: Int64) {
        if day > .min {
            floors.append(today.count >= limit ? today[0] : 0)
            // Days without any are days as well.
            let quiet = min(Int64(Self.days), next - day - 1)
            for _ in 0..<max(0, quiet) { floors.append(0) }
            floors.removeFirst(max(0, floors.count - Self.days))
        }
        day = next
        today = []
        admitted = [:]
    }

    func with(limit: Int) -> AlertBudget {
        var copy = AlertBudget(limit)
        (copy.day, copy.floors, copy.admitted) = (day, floors, admitted)
        copy.today = Array(today.suffix(copy.limit))
        return copy
    }

    // MARK: Snapshots

    func write(to writer: inout SnapshotWriter) {
        writer.write(limit)
        writer.write(day)
        for list in [today, floors] {
            writer.write(list.count)
            for score in list { writer.writeFixed(score.bitPattern) }
        }
        writer.write(admitted.count)
        for (key, day) in admitted.sorted(by: { ($0.key.low, $0.key.high) < ($1.key.low, $1.key.high) }) {
            writer.write(key)
            writer.write(day)
        }
    }

    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        limit = max(1, Int(try reader.integer()))
        day = try reader.integer()
        for _ in 0..<(try reader.count(size: 8)) { today.append(try reader.number()) }
        for _ in 0..<(try reader.count(size: 8)) { floors.append(try reader.number()) }
        for _ in 0..<(try reader.count(size: 17)) {
            let key = try reader.key()
            admitted[key] = try reader.integer()
        }
    }
}
