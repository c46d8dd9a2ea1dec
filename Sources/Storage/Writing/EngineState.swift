public import EventModel

/// How far correlation has come.
public struct EngineState: Sendable, Equatable {
    /// Every event up to this sequence number has been correlated, and what it led to is stored.
    public var correlatedThrough: Int64
    /// The last sequence number given out; 0 in an empty store.
    public var storedThrough: Int64
    /// The correlator's latest snapshot, and the sequence number up to which it has read.
    public var snapshot: [UInt8]?
    public var snapshotSequence: Int64
    /// The state of behavioural rules as of the snapshot, by table.
    public var statePages: [String: [StatePage]]

    public init(
        correlatedThrough: Int64, storedThrough: Int64, snapshot: [UInt8]?, snapshotSequence: Int64,
        statePages: [String: [StatePage]] = [:]
    ) {
        self.correlatedThrough = correlatedThrough
        self.storedThrough = storedThrough
        self.snapshot = snapshot
        self.snapshotSequence = snapshotSequence
        self.statePages = statePages
    }

    /// How many stored events are not yet correlated.
    static func lag(_ connection: Connection) throws -> Int64 {
        let lag = try connection.integer(
            """
            SELECT (SELECT value FROM engine WHERE name = 'next_sequence') - 1
                - (SELECT value FROM engine WHERE name = 'correlated_through')
            """)
        return max(0, lag ?? 0)
    }

    static func read(_ connection: Connection) throws -> EngineState {
        var numbers: [String: Int64] = [:]
        _ = try connection.rows("SELECT name, value FROM engine") { numbers[$0.text(0)] = $0.integer(1) }
        let snapshot = try connection.row("SELECT sequence, data FROM snapshot WHERE id = 1") {
            ($0.integer(0), Array($0.blob(1)))
        }
        var pages: [String: [StatePage]] = [:]
        _ = try connection.rows("SELECT name, page, data FROM state_pages ORDER BY name, page") {
            pages[$0.text(0), default: []].append(StatePage(number: Int($0.integer(1)), bytes: Array($0.blob(2))))
        }
        return EngineState(
            correlatedThrough: numbers["correlated_through"] ?? 0, storedThrough: (numbers["next_sequence"] ?? 1) &- 1,
            snapshot: snapshot?.1, snapshotSequence: snapshot?.0 ?? 0, statePages: pages)
    }
}
