import EventModel

/// Reads blocks out of the database, one at a time: no read transaction lasts longer than one block takes, so that the
/// write-ahead log can be emptied behind a long search.
final class BlockSource {
    /// What the database says of a block without its bytes.
    struct Entry {
        var firstSequence: Int64
        var count: Int
        var minTime: Timestamp
        var maxTime: Timestamp
    }

    enum Outcome {
        case block(OpenBlock)
        case damaged(DamagedBlock)
        /// Removed since it was listed.
        case gone
    }

    private let connection: Connection
    let decoder: BlockDecoder

    init(_ connection: Connection, decoder: BlockDecoder) {
        self.connection = connection
        self.decoder = decoder
    }

    /// How many blocks there are in all.
    func count() throws -> Int { Int(try connection.integer("SELECT count(*) FROM blocks") ?? 0) }

    /// The blocks that can hold events of a span of time, in the order in which a search reads them.
    func entries(since: Timestamp?, until: Timestamp?, order: SearchRequest.Order) throws -> [Entry] {
        let sort =
            switch order {
            case .newestFirst: "max_time DESC, first_sequence DESC"
            case .oldestFirst: "min_time, first_sequence"
            }
        return try connection.rows(
            "SELECT first_sequence, count, min_time, max_time FROM blocks WHERE max_time >= ? AND min_time < ? ORDER BY \(sort)",
            [.integer(since?.microseconds ?? .min), .integer(until?.microseconds ?? .max)], Self.entry)
    }

    /// The first block that holds an event after `sequence`, or nil.
    func entry(after sequence: Int64) throws -> Entry? {
        // The last block that begins at or before the next number, or the first one behind it.
        let columns = "SELECT first_sequence, count, min_time, max_time FROM blocks WHERE first_sequence"
        let before = try connection.row(
            "\(columns) <= ? ORDER BY first_sequence DESC LIMIT 1", [.integer(sequence + 1)], Self.entry)
        if let before,
            before.firstSequence + Int64(before.count) > sequence + 1
        {
            return before
        }
        return try connection.row("\(columns) > ? ORDER BY first_sequence LIMIT 1", [.integer(sequence)], Self.entry)
    }

    /// Reads and checks one block.
    func open(_ entry: Entry, withKeys: Bool) throws -> Outcome {
        do {
            let outcome = try connection.row(
                "SELECT keys_checksum, keys, data FROM blocks WHERE first_sequence = ?", [.integer(entry.firstSequence)]
            ) { row in
                Outcome.block(
                    try decoder.open(
                        row.blob(2), keys: withKeys ? row.blob(1) : nil, keysChecksum: row.integer(0),
                        firstSequence: entry.firstSequence, count: entry.count))
            }
            return outcome ?? .gone
        } catch let error as BlockError {
            return .damaged(Self.damage(entry, error.description))
        } catch let error as SQLiteError where error.isDamage {
            return .damaged(Self.damage(entry, error.description))
        }
    }

    static func damage(_ entry: Entry, _ reason: String) -> DamagedBlock {
        DamagedBlock(firstSequence: entry.firstSequence, count: entry.count, reason: reason)
    }

    private static func entry(_ row: Statement) -> Entry {
        Entry(
            firstSequence: row.integer(0), count: Int(row.integer(1)), minTime: Timestamp(microseconds: row.integer(2)),
            maxTime: Timestamp(microseconds: row.integer(3)))
    }
}
