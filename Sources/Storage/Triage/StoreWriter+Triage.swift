public import EventModel

/// What was done by hand, for the process that tells people of findings.
extension StoreWriter {
    /// Where the latest findings of these episodes stand, by episode; those that the store has none of are left out.
    public func standings(ofEpisodes episodes: [String]) throws -> [String: EpisodeStanding] {
        try perform { connection in
            var standings: [String: EpisodeStanding] = [:]
            for episode in episodes { standings[episode] = try TriageQueries.standing(connection, episode: episode) }
            return standings
        }
    }

    /// What was done with findings after a change, in order, at most `limit`.
    public func handChanges(after number: Int64, limit: Int) throws -> [HandChange] {
        try perform { try TriageQueries.changes($0, findingUID: nil, after: number, limit: limit) }
    }

    /// The findings with these uids as they stand.
    public func findings(uids: [String]) throws -> [StoredFinding] {
        try perform { connection in
            try uids.compactMap { try StoredFinding.read(connection, uid: $0, path: connection.path) }
        }
    }

    /// Silences that have not ended.
    public func silences(at time: Timestamp) throws -> [StoredSilence] {
        try perform { try TriageQueries.silences($0, endingAfter: time) }
    }

    /// The states of the groups that findings are routed into, by their keys.
    public func notificationGroups() throws -> [String] {
        try perform { try $0.rows("SELECT state FROM notification_groups ORDER BY key") { $0.text(0) } }
    }

    /// The last change by hand that those know.
    public func routedChanges() throws -> Int64 {
        try perform { try $0.integer("SELECT value FROM engine WHERE name = 'routed_changes'") ?? 0 }
    }

    /// Changes whenever another process has written to the database.
    public func foreignChanges() throws -> Int64 {
        try perform { try $0.integer("PRAGMA data_version") ?? 0 }
    }
}
