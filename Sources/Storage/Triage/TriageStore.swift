public import EventModel

/// What people do with findings, silences and deliveries. It works with `siemd` running or stopped: SQLite lets one of them write
/// at a time, and `siemd` looks every half second for what was done.
///
/// Every change to a finding is kept with who made it and when.
public final class TriageStore {
    let files: StoreFiles
    let connection: Connection

    /// Longer notes, names and reasons are refused.
    public static let maximumText = 4_096

    /// - Throws: `StoreError` if there is no store, or one of another version.
    public init(files: StoreFiles, limits: StoreLimits = StoreLimits()) throws {
        self.files = files
        guard files.databaseExists else {
            throw StoreError(.notAStore, path: files.database, detail: "there is no such file; siemd makes it when it starts")
        }
        connection = try StoreError.translating(files.database) {
            let connection = try Connection(path: files.database, access: .readWrite, busyTimeout: limits.busyTimeout)
            try Migrations.checkVersion(connection)
            try connection.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY")
            return connection
        }
    }

    // MARK: - Findings

    /// What is done with a finding.
    public enum Change: Sendable, Equatable {
        case acknowledge
        /// Nil: nobody.
        case assign(String?)
        case note(String)
        case close(Verdict, reason: String)
        case reopen(reason: String)
        /// A step of the finding's playbook is done, or not done after all.
        case step(String, isDone: Bool)
    }

    /// Makes one change to one finding, and keeps who made it.
    /// - Throws: `TriageError` if the finding is not there, or the change makes no sense as it stands; `StoreError`.
    public func apply(_ change: Change, to uid: String, by who: String, at now: Timestamp = .now()) throws {
        try Self.check([who] + change.texts)
        try transaction {
            let row = try connection.row("SELECT state FROM findings WHERE uid = ?", [.text(uid)]) { $0.text(0) }
            guard let row, let status = FindingStatus(rawValue: row) else { throw TriageError("there is no finding \(uid)") }
            try write(change, uid, status, now)
            try connection.run(
                "INSERT INTO finding_changes (finding_uid, at, who, action, detail) VALUES (?, ?, ?, ?, ?)",
                [
                    .text(uid), .integer(now.microseconds), .text(who), .text(change.action.rawValue), .text(change.detail),
                ])
        }
    }

    private func write(_ change: Change, _ uid: String, _ status: FindingStatus, _ now: Timestamp) throws {
        func set(_ columns: String, _ values: [SQLiteValue]) throws {
            try connection.run("UPDATE findings SET \(columns) WHERE uid = ?", values + [.text(uid)])
        }
        switch change {
        case .acknowledge:
            if status == .closed { throw TriageError("the finding \(uid) is closed: reopen it first") }
            if status == .acknowledged { throw TriageError("the finding \(uid) is acknowledged already") }
            try set("state = 'acknowledged'", [])
        case .assign(let assignee): try set("assignee = ?", [.optional(assignee)])
        case .note, .step: break
        case .close(let verdict, _):
            if status == .closed { throw TriageError("the finding \(uid) is closed already") }
            try set(
                "state = 'closed', verdict = ?, closed_at = ?", [.text(verdict.rawValue), .integer(now.microseconds)])
        case .reopen:
            if status != .closed { throw TriageError("the finding \(uid) is not closed") }
            try refuseIfFollowed(uid)
            try set("state = 'new', verdict = NULL, closed_at = NULL", [])
        }
    }

    /// What came after it was closed counts for the next one: two open ones of one episode would share it.
    private func refuseIfFollowed(_ uid: String) throws {
        let next = try connection.row("SELECT uid FROM findings WHERE previous = ?", [.text(uid)]) { $0.text(0) }
        if let next { throw TriageError("the finding \(uid) was followed by \(next): go on with that one") }
    }

    // MARK: - Silences

    public func add(_ silence: StoredSilence) throws {
        try Self.check([silence.matchers, silence.reason, silence.createdBy])
        try transaction {
            try connection.run(
                "INSERT INTO silences VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    .text(silence.id), .text(silence.matchers), .integer(silence.startsAt.microseconds),
                    .integer(silence.endsAt.microseconds), .text(silence.createdBy), .text(silence.reason),
                    .integer(silence.createdAt.microseconds),
                ])
        }
    }

    /// Ends a silence now.
    public func expireSilence(_ id: String, at now: Timestamp = .now()) throws {
        try transaction {
            try connection.run(
                "UPDATE silences SET ends_at = ? WHERE id = ? AND ends_at > ?",
                [.integer(now.microseconds), .text(id), .integer(now.microseconds)])
            guard connection.changes == 1 else { throw TriageError("there is no silence \(id) that has not ended") }
        }
    }

    // MARK: - Deliveries

    /// Tries a delivery that was given up, or waits, again at once. Its id stays.
    public func retryDelivery(_ id: String, at now: Timestamp = .now()) throws {
        try transaction {
            try connection.run(
                "UPDATE deliveries SET state = 'pending', next_at = ?, attempts = 0 WHERE id = ? AND state != 'delivered'",
                [.integer(now.microseconds), .text(id)])
            guard connection.changes == 1 else { throw TriageError("there is no delivery \(id) that is not delivered") }
        }
    }

    /// Sends deliveries once more, delivered or not, under their ids; those of an endpoint that were owed since a time.
    /// - Returns: how many.
    public func replayDeliveries(endpoint: String, since: Timestamp, at now: Timestamp = .now()) throws -> Int {
        try transaction {
            try connection.run(
                """
                UPDATE deliveries SET state = 'pending', next_at = ?, attempts = 0, delivered_at = NULL
                WHERE endpoint = ? AND created_at >= ? AND state != 'pending'
                """, [.integer(now.microseconds), .text(endpoint), .integer(since.microseconds)])
            return connection.changes
        }
    }

    /// Takes an endpoint that its receiver switched off (410) into service again.
    /// - Returns: whether it was off.
    public func enableEndpoint(_ name: String) throws -> Bool {
        try transaction {
            try connection.run("DELETE FROM endpoints WHERE name = ?", [.text(name)])
            return connection.changes == 1
        }
    }

    static func check(_ texts: [String]) throws {
        for text in texts where text.utf8.count > maximumText {
            throw TriageError("a text must have at most \(maximumText) bytes")
        }
    }

    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try StoreError.translating(files.database) { try connection.transaction(body) }
    }
}

/// Why something cannot be done with a finding, a silence or a delivery.
public struct TriageError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String

    init(_ description: String) { self.description = description }
}

extension TriageStore.Change {
    var action: HandChange.Action {
        switch self {
        case .acknowledge: .acknowledge
        case .assign: .assign
        case .note: .note
        case .close: .close
        case .reopen: .reopen
        case .step: .step
        }
    }

    /// As it is kept.
    var detail: String {
        switch self {
        case .acknowledge: ""
        case .assign(let assignee): assignee ?? ""
        case .note(let text): text
        case .close(let verdict, let reason): reason.isEmpty ? verdict.rawValue : verdict.rawValue + ": " + reason
        case .reopen(let reason): reason
        case .step(let id, let isDone): (isDone ? "done " : "open ") + id
        }
    }

    fileprivate var texts: [String] {
        switch self {
        case .acknowledge: []
        case .assign(let assignee): [assignee ?? ""]
        case .note(let text): [text]
        case .close(_, let reason), .reopen(let reason): [reason]
        case .step(let id, _): [id]
        }
    }
}
