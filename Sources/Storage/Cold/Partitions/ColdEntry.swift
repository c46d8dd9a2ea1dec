import EventModel

/// What `siem.db` says of a cold block.
struct ColdEntry {
    var id: Int64
    /// The file that holds it.
    var partition: String
    var firstSequence: Int64
    var lastSequence: Int64
    var count: Int
    var minTime: Timestamp
    var maxTime: Timestamp
    var minReceived: Timestamp = Timestamp(microseconds: 0)
    var maxReceived: Timestamp = Timestamp(microseconds: 0)
    var products = ""
    var classes = ""
    var rawBytes = 0
    var storedBytes = 0
    /// How many events of each product and class it has (`ColdTally.text`), for a block that is to be inserted.
    var tallies = ""

    /// Between which times its events are, in microseconds.
    var span: ClosedRange<Int64> { minTime.microseconds...max(minTime, maxTime).microseconds }
}

/// How many events of a cold block are of one product and class.
struct ColdTally: Equatable {
    var product: String
    var classUID: UInt32
    var count: Int

    /// As `siem.db` has them; names of products have no blanks.
    static func text(_ tallies: [ColdTally]) -> String {
        tallies.map { "\($0.product) \($0.classUID) \($0.count)" }.joined(separator: " ")
    }

    /// Nil if the text says nothing of a block of `count` events.
    static func read(_ text: String, count: Int) -> [ColdTally]? {
        let words = text.split(separator: " ")
        guard !words.isEmpty, words.count % 3 == 0 else { return nil }
        var tallies: [ColdTally] = []
        var left = count
        for place in stride(from: 0, to: words.count, by: 3) {
            guard let classUID = UInt32(words[place + 1]), let count = Int(words[place + 2]), count > 0, count <= left else {
                return nil
            }
            left -= count
            tallies.append(ColdTally(product: String(words[place]), classUID: classUID, count: count))
        }
        return left == 0 ? tallies : nil
    }
}

extension ColdEntry {
    /// The entry of a block that is written now.
    init(_ block: SealedBlock, _ tallies: [ColdTally], id: Int64, partition: String, products: ProductCatalog) {
        let summary = block.summary
        self.init(
            id: id, partition: partition, firstSequence: block.firstSequence, lastSequence: block.lastSequence,
            count: summary.rowCount, minTime: Timestamp(microseconds: summary.minTime),
            maxTime: Timestamp(microseconds: summary.maxTime), minReceived: Timestamp(microseconds: summary.minReceived),
            maxReceived: Timestamp(microseconds: summary.maxReceived),
            products: summary.products.map { products[$0].name }.joined(separator: " "),
            classes: summary.classes.map(String.init).joined(separator: " "), rawBytes: summary.rawBytes,
            storedBytes: block.storedBytes, tallies: ColdTally.text(tallies))
    }
}

/// The table of cold blocks in `siem.db`.
enum ColdCatalog {
    private static let columns = """
        id, partition, first_sequence, last_sequence, count, min_time, max_time, min_received, max_received, products, classes,
        raw_bytes, stored_bytes
        """

    static func entries(_ connection: Connection, since: Int64, until: Int64) throws -> [ColdEntry] {
        try connection.rows(
            "SELECT \(columns) FROM cold_blocks WHERE max_time >= ? AND min_time < ?", [.integer(since), .integer(until)], entry)
    }

    /// The blocks that can hold an event of these numbers, by their first one.
    static func entries(_ connection: Connection, sequences: ClosedRange<Int64>) throws -> [ColdEntry] {
        try connection.rows(
            "SELECT \(columns) FROM cold_blocks WHERE last_sequence >= ? AND first_sequence <= ? ORDER BY first_sequence, id",
            [.integer(sequences.lowerBound), .integer(sequences.upperBound)], entry)
    }

    /// The lowest last number of a block above `sequence`, and the lowest first one among blocks that end above it.
    static func bounds(_ connection: Connection, after sequence: Int64) throws -> (first: Int64, last: Int64)? {
        try connection.row(
            "SELECT min(first_sequence), min(last_sequence), count(*) FROM cold_blocks WHERE last_sequence > ?",
            [.integer(sequence)]
        ) { $0.integer(2) > 0 ? ($0.integer(0), $0.integer(1)) : nil } ?? nil
    }

    static func entries(_ connection: Connection, partition: String) throws -> [ColdEntry] {
        try connection.rows("SELECT \(columns) FROM cold_blocks WHERE partition = ? ORDER BY id", [.text(partition)], entry)
    }

    static func partitions(_ connection: Connection) throws -> [String] {
        try connection.rows("SELECT DISTINCT partition FROM cold_blocks ORDER BY partition") { $0.text(0) }
    }

    static func count(_ connection: Connection) throws -> Int {
        Int(try connection.integer("SELECT count(*) FROM cold_blocks") ?? 0)
    }

    static func nextID(_ connection: Connection) throws -> Int64 {
        try connection.integer("SELECT value FROM engine WHERE name = 'next_cold_block'") ?? 1
    }

    /// How many events of each product and class the blocks have that say so, by their numbers; as text (`ColdTally.read`).
    static func tallies(_ connection: Connection) throws -> [Int64: String] {
        let rows = try connection.rows("SELECT id, tallies FROM cold_blocks WHERE tallies != ''") { ($0.integer(0), $0.text(1)) }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    static func insert(_ connection: Connection, _ entry: ColdEntry) throws {
        try connection.run(
            "INSERT INTO cold_blocks (\(columns), tallies) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .integer(entry.id), .text(entry.partition), .integer(entry.firstSequence), .integer(entry.lastSequence),
                .count(entry.count), .integer(entry.minTime.microseconds), .integer(entry.maxTime.microseconds),
                .integer(entry.minReceived.microseconds), .integer(entry.maxReceived.microseconds), .text(entry.products),
                .text(entry.classes), .count(entry.rawBytes), .count(entry.storedBytes), .text(entry.tallies),
            ])
        try connection.run(
            "UPDATE engine SET value = max(value, ?) WHERE name = 'next_cold_block'", [.integer(entry.id + 1)])
    }

    static func remove(_ connection: Connection, _ id: Int64) throws {
        try connection.run("DELETE FROM cold_blocks WHERE id = ?", [.integer(id)])
    }

    private static func entry(_ row: Statement) -> ColdEntry {
        ColdEntry(
            id: row.integer(0), partition: row.text(1), firstSequence: row.integer(2), lastSequence: row.integer(3),
            count: Int(row.integer(4)), minTime: Timestamp(microseconds: row.integer(5)),
            maxTime: Timestamp(microseconds: row.integer(6)), minReceived: Timestamp(microseconds: row.integer(7)),
            maxReceived: Timestamp(microseconds: row.integer(8)), products: row.text(9), classes: row.text(10),
            rawBytes: Int(row.integer(11)), storedBytes: Int(row.integer(12)))
    }
}
