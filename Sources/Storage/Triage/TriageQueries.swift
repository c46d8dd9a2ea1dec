import EventModel

/// What was done by hand, as SQL reads it; for the process that writes the store and for others.
enum TriageQueries {
    /// What was done with one finding, or with all since a change, in order.
    static func changes(
        _ connection: Connection, findingUID: String?, after number: Int64 = 0, limit: Int
    ) throws -> [HandChange] {
        try connection.rows(
            """
            SELECT number, finding_uid, at, who, action, detail FROM finding_changes
            WHERE number > ? AND (?2 IS NULL OR finding_uid = ?2) ORDER BY number LIMIT ?3
            """, [.integer(number), .optional(findingUID), .count(limit)]
        ) {
            HandChange(
                number: $0.integer(0), findingUID: $0.text(1), at: Timestamp(microseconds: $0.integer(2)), who: $0.text(3),
                // An action that a later version knows is shown as a note.
                action: HandChange.Action(rawValue: $0.text(4)) ?? .note, detail: $0.text(5))
        }
    }

    static func silences(_ connection: Connection, endingAfter time: Timestamp) throws -> [StoredSilence] {
        try connection.rows(
            """
            SELECT id, matchers, starts_at, ends_at, created_by, reason, created_at FROM silences WHERE ends_at > ?
            ORDER BY starts_at, id
            """, [.integer(time.microseconds)]
        ) {
            StoredSilence(
                id: $0.text(0), matchers: $0.text(1), startsAt: Timestamp(microseconds: $0.integer(2)),
                endsAt: Timestamp(microseconds: $0.integer(3)), createdBy: $0.text(4), reason: $0.text(5),
                createdAt: Timestamp(microseconds: $0.integer(6)))
        }
    }

    /// Where the latest finding of an episode stands; nil if it has none.
    static func standing(_ connection: Connection, episode: String) throws -> EpisodeStanding? {
        try connection.row(
            """
            SELECT uid, state, assignee, verdict, closed_at, number, base, since, previous, count FROM findings
            WHERE episode = ? ORDER BY number DESC LIMIT 1
            """, [.text(episode)]
        ) {
            EpisodeStanding(
                uid: $0.text(0), status: FindingStatus(rawValue: $0.text(1)) ?? .new, assignee: $0.optionalText(2),
                verdict: $0.optionalText(3).flatMap(Verdict.init(rawValue:)),
                closedAt: $0.optionalInteger(4).map(Timestamp.init(microseconds:)), number: Int($0.integer(5)),
                base: Int($0.integer(6)), since: $0.optionalInteger(7).map(Timestamp.init(microseconds:)),
                previous: $0.optionalText(8), count: Int($0.integer(9)))
        }
    }
}
