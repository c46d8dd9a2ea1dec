public import Sigma

/// The count at which a correlation's conditions first hold.
public enum Threshold {
    /// The smallest count of at least 1 that satisfies all `conditions`; nil if there is none (`lt: 1`, `gt: 5` with `lt: 3`).
    ///
    /// One number is enough for every relation, `lt`, `eq` and ranges included: within an episode the count of a window starts
    /// at 1 and grows by one event, value or rule at a time, so it takes on every value up to its highest. A condition thus
    /// holds at some event if and only if the highest count reaches the smallest count that satisfies it. That makes every
    /// relation independent of the order of arrival. Where one event brings several rules of a temporal correlation at once,
    /// a count that is passed over is taken as reached.
    public static func of(_ conditions: [CountCondition]) -> Int? {
        // Only near the bounds can the truth of a conjunction change.
        var candidates = [1]
        for condition in conditions {
            for candidate in [condition.value, condition.value.addingReportingOverflow(1).partialValue] where candidate >= 1 {
                candidates.append(candidate)
            }
        }
        return candidates.sorted().first { count in conditions.allSatisfy { $0.holds(count) } }
    }
}
