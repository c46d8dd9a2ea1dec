import EventModel

/// A file of cold blocks: those whose events are of one day (UTC).
///
/// A rollback journal, not a write-ahead log: it is written seldom and read by whoever searches, and of a year's files none then
/// leaves others behind. Every transaction is on the disk when it returns.
final class Partition {
    /// `PRAGMA application_id`: "PRMP".
    private static let applicationID: Int64 = 0x5052_4d50
    /// 2 has digests.
    private static let version: Int64 = 2
    /// Number of a block's segment: the block's above these bits.
    private static let segmentBits: Int64 = 20

    private static let schema = """
        CREATE TABLE blocks (
            id INTEGER PRIMARY KEY,
            first_sequence INTEGER NOT NULL,
            last_sequence INTEGER NOT NULL,
            count INTEGER NOT NULL,
            min_time INTEGER NOT NULL,
            max_time INTEGER NOT NULL,
            min_received INTEGER NOT NULL,
            max_received INTEGER NOT NULL,
            products TEXT NOT NULL,
            classes TEXT NOT NULL,
            raw_bytes INTEGER NOT NULL,
            hot_blocks TEXT NOT NULL,
            head BLOB NOT NULL
        );
        CREATE TABLE filters (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
        CREATE TABLE segments (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
        """
    private static let digests = "CREATE TABLE digests (id INTEGER PRIMARY KEY, data BLOB NOT NULL)"

    let name: String
    let connection: Connection
    private let hasDigests: Bool

    /// Opens a file that is there, for reading.
    init(reading name: String, files: StoreFiles, limits: StoreLimits) throws {
        self.name = name
        connection = try Connection(path: files.partition(name), access: .readRecovering, busyTimeout: limits.busyTimeout)
        // The mapped file is read without a copy of each page.
        try connection.execute("PRAGMA query_only = ON; PRAGMA mmap_size = \(1 << 30); PRAGMA cache_size = -1024")
        guard try connection.integer("PRAGMA application_id") == Self.applicationID,
            let version = try connection.integer("PRAGMA user_version"), version >= 1, version <= Self.version
        else {
            throw StoreError(
                .damaged, path: files.partition(name), detail: "the file is no partition of cold blocks, or a newer one")
        }
        hasDigests = version >= 2
    }

    /// Opens a file for writing; makes it (0600) if it is not there.
    init(writing name: String, files: StoreFiles, limits: StoreLimits) throws {
        self.name = name
        try files.createColdDirectory()
        try DiskFile.makeFile(files.partition(name))
        connection = try Connection(path: files.partition(name), access: .readWrite, busyTimeout: limits.busyTimeout)
        try connection.execute("PRAGMA page_size = 8192; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL")
        let version = try connection.integer("PRAGMA user_version") ?? 0
        guard version <= Self.version else {
            throw StoreError(.newerSchema, path: files.partition(name), detail: "partition version \(version)")
        }
        hasDigests = true
        if version < Self.version {
            try connection.transaction {
                if version == 0 { try connection.execute(Self.schema) }
                try connection.execute(Self.digests)
                try connection.execute("PRAGMA application_id = \(Self.applicationID); PRAGMA user_version = \(Self.version)")
            }
        }
    }

    // MARK: - Writing

    /// Writes a block; one of the same number, left by a crash, is replaced. Within a transaction.
    func insert(_ block: SealedBlock, _ entry: ColdEntry, hotBlocks: String) throws {
        try remove(entry.id)
        let statement = try connection.statement("INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        try statement.bind([
            .integer(entry.id), .integer(entry.firstSequence), .integer(entry.lastSequence), .count(entry.count),
            .integer(entry.minTime.microseconds), .integer(entry.maxTime.microseconds),
            .integer(entry.minReceived.microseconds), .integer(entry.maxReceived.microseconds), .text(entry.products),
            .text(entry.classes), .count(entry.rawBytes), .text(hotBlocks),
        ])
        try statement.bind(13, unowned: block.head)
        _ = try statement.step()
        statement.reset()
        try insert("filters", entry.id, block.filter)
        for segment in block.segments { try insert("segments", Self.segment(entry.id, segment.number), segment.bytes) }
    }

    /// Writes a digest of a block that was inserted. Within a transaction.
    func insertDigest(_ id: Int64, kind: Int, _ bytes: UnsafeRawBufferPointer) throws {
        try insert("digests", Self.segment(id, kind), bytes)
    }

    private func insert(_ table: String, _ id: Int64, _ bytes: UnsafeRawBufferPointer) throws {
        let statement = try connection.statement("INSERT INTO \(table) VALUES (?, ?)")
        defer { statement.reset() }
        try statement.bind(1, id)
        try statement.bind(2, unowned: bytes)
        _ = try statement.step()
    }

    /// Removes a block if it is there. Within a transaction.
    func remove(_ id: Int64) throws {
        try connection.run("DELETE FROM blocks WHERE id = ?", [.integer(id)])
        try connection.run("DELETE FROM filters WHERE id = ?", [.integer(id)])
        for table in ["segments", "digests"] {
            try connection.run(
                "DELETE FROM \(table) WHERE id >= ? AND id < ?",
                [.integer(Self.segment(id, 0)), .integer(Self.segment(id + 1, 0))])
        }
    }

    /// Copies a block from another partition. Within a transaction.
    func copy(_ id: Int64, from other: Partition) throws {
        try remove(id)
        _ = try other.connection.rows("SELECT * FROM blocks WHERE id = ?", [.integer(id)]) { row in
            let statement = try connection.statement("INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
            defer { statement.reset() }
            for column in 0..<8 { try statement.bind(column + 1, row.integer(column)) }
            try statement.bind(9, row.text(8))
            try statement.bind(10, row.text(9))
            try statement.bind(11, row.integer(10))
            try statement.bind(12, row.text(11))
            try statement.bind(13, unowned: row.blob(12))
            _ = try statement.step()
        }
        _ = try other.connection.rows("SELECT id, data FROM filters WHERE id = ?", [.integer(id)]) {
            try insert("filters", $0.integer(0), $0.blob(1))
        }
        for table in other.hasDigests ? ["segments", "digests"] : ["segments"] {
            _ = try other.connection.rows(
                "SELECT id, data FROM \(table) WHERE id >= ? AND id < ?",
                [.integer(Self.segment(id, 0)), .integer(Self.segment(id + 1, 0))]
            ) { try insert(table, $0.integer(0), $0.blob(1)) }
        }
    }

    // MARK: - Reading

    /// Until `endReading` nobody writes the file.
    func beginReading() throws { try connection.run("BEGIN") }

    func endReading() { try? connection.run("COMMIT") }

    func blockIDs() throws -> [Int64] { try connection.rows("SELECT id FROM blocks ORDER BY id") { $0.integer(0) } }

    /// Calls `body` with the block's head; nil if the block is not there.
    func withHead<Result>(_ id: Int64, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result? {
        try connection.row("SELECT head FROM blocks WHERE id = ?", [.integer(id)]) { try body($0.blob(0)) }
    }

    /// The block's filter; nil if it is not there.
    func filter(_ id: Int64) throws -> Arena? { try bytes("filters", id) }

    /// A digest of a block; nil if it has none of that kind.
    func digest(_ id: Int64, kind: Int) throws -> Arena? {
        hasDigests ? try bytes("digests", Self.segment(id, kind)) : nil
    }

    /// What is not as it was written of all that stands beside a block to make searches fast; nil if all is. Without it they read
    /// the block itself.
    func flaw(_ id: Int64) throws -> String? {
        do {
            guard let filter = try filter(id), ColdFilter.isIntact(filter.contents) else { return "its filter is damaged" }
            for kind in ColdDigest.kinds.indices {
                if let digest = try digest(id, kind: kind), !ColdDigest.isIntact(digest.contents) {
                    return "a digest of it is damaged"
                }
            }
            return nil
        } catch let error as SQLiteError where error.isDamage || error.isUnreadable {
            return "SQLite cannot read its filter or digests"
        }
    }

    /// A segment's bytes; nil if it is not there.
    func segment(_ id: Int64, _ number: Int) throws -> Arena? { try bytes("segments", Self.segment(id, number)) }

    private func bytes(_ table: String, _ id: Int64) throws -> Arena? {
        try connection.row("SELECT data FROM \(table) WHERE id = ?", [.integer(id)]) { row in
            let bytes = row.blob(0)
            let copy = Arena(capacity: bytes.count)
            copy.append(bytes)
            return copy
        }
    }

    private static func segment(_ id: Int64, _ number: Int) -> Int64 { id << segmentBits | Int64(number) }
}

/// Names of partition files: the day, and a number that grows each time the file is rewritten.
enum PartitionName {
    static let microsecondsPerDay: Int64 = 86_400_000_000
    /// Event times further than this from their receipt are mistakes, or lies, and would make a file each.
    private static let maximumDays: Int64 = 400

    /// The number of the day that an event is kept with: its own, or that of its receipt if its time is out of all proportion.
    static func day(time: Timestamp, received: Timestamp) -> Int64 { day(of: self.time(time, received: received)) }

    /// The time by which an event is kept, and expires: microseconds on the day that it is kept with.
    static func time(_ time: Timestamp, received: Timestamp) -> Int64 {
        let isNear = abs(day(of: time.microseconds) &- day(of: received.microseconds)) <= maximumDays
        return isNear ? time.microseconds : received.microseconds
    }

    /// The least and the greatest such time that events of these times and receipts can have.
    static func span(times: ClosedRange<Int64>, received: ClosedRange<Int64>) -> ClosedRange<Int64> {
        let (ahead, overflow) = times.upperBound.subtractingReportingOverflow(received.lowerBound)
        let (behind, underflow) = received.upperBound.subtractingReportingOverflow(times.lowerBound)
        let most = maximumDays * microsecondsPerDay
        if !overflow, !underflow, ahead <= most, behind <= most { return times }
        return min(times.lowerBound, received.lowerBound)...max(times.upperBound, received.upperBound)
    }

    /// The number of the day of a time in microseconds.
    static func day(of microseconds: Int64) -> Int64 { TimeForm.floor(microseconds, microsecondsPerDay) / microsecondsPerDay }

    /// The number of the day whose events a file has; nil for a name that is none of ours.
    static func day(of name: String) -> Int64? {
        RFC3339.parse(name.prefix(10) + "T00:00:00Z").map { day(of: $0.microseconds) }
    }

    static func name(day: Int64, generation: Int) -> String {
        let text = RFC3339.format(Timestamp(microseconds: day * microsecondsPerDay)).prefix(10)
        return generation == 0 ? "\(text).db" : "\(text).\(generation).db"
    }

    /// The day's name and the number of a file's name.
    static func generation(of name: String) -> Int {
        let parts = name.split(separator: ".")
        return parts.count == 3 ? Int(parts[1]) ?? 0 : 0
    }

    /// Whether a file can be a partition: `2026-11-24.db`, `2026-11-24.2.db`.
    static func isValid(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.last == "db", parts.count == 2 || generation(of: name) > 0 else {
            return false
        }
        let date = parts[0].utf8
        return date.count == 10 && date.allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: "-") }
    }

    /// The name that a file has when it is rewritten.
    static func next(_ name: String) -> String { "\(name.prefix(10)).\(generation(of: name) + 1).db" }
}
