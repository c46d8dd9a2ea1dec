import EventModel

/// What is known of a block, hot or cold, without opening it.
struct RetentionBlock {
    /// Events of one product and class.
    struct Kind: Hashable {
        var product: String
        var classUID: UInt32
    }

    /// The least and the greatest time by which its events expire (`PartitionName.time`).
    var span: ClosedRange<Int64>
    var count: Int
    /// As stored, indexes included.
    var bytes: Int
    /// What its events are, and how many of each; nil where the counts are not known, and any of the kinds may have none.
    var kinds: [(kind: Kind, count: Int?)]

    var isCounted: Bool { kinds.allSatisfy { $0.count != nil } }

    /// How many of its events are of kinds for which `holds`; each kind counts the same where their counts are not known.
    func count(where holds: (Kind) -> Bool) -> Int {
        var known = 0
        var selected = 0
        for (kind, count) in kinds where holds(kind) {
            selected += 1
            known += count ?? 0
        }
        if isCounted { return known }
        return count * selected / kinds.count
    }

    /// Their bytes, by their share of the events.
    func bytes(ofEvents events: Int) -> Int {
        // Neither can overflow: a block has at most some million events, and bytes below 2^40.
        count > 0 ? bytes * events / count : 0
    }

    /// Kinds out of the products and classes that a block says it has, where it does not say which class is whose.
    static func kinds(products: String, classes: String) -> [(kind: Kind, count: Int?)] {
        let classes = classes.split(separator: " ").compactMap { UInt32($0) }
        return products.split(separator: " ").flatMap { product in
            classes.map { (Kind(product: String(product), classUID: $0), nil) }
        }
    }
}

/// A hot block, and a cold one, for retention.
struct RetentionCatalog {
    var hot: [(first: Int64, block: RetentionBlock)]
    /// By the file that holds it, in the order of numbers.
    var cold: [(entry: ColdEntry, block: RetentionBlock)]
    /// The correlator has to read behind this number again after a crash.
    var snapshotSequence: Int64

    /// Lists all blocks as of one moment.
    init(_ connection: Connection) throws {
        (hot, cold, snapshotSequence) = try connection.snapshot {
            let tallies = try ColdCatalog.tallies(connection)
            return (
                try Self.hot(connection),
                try ColdCatalog.entries(connection, since: .min, until: .max).map { entry in
                    (entry, Self.block(entry, tallies[entry.id]))
                }.sorted { ($0.0.partition, $0.0.id) < ($1.0.partition, $1.0.id) },
                try connection.integer("SELECT sequence FROM snapshot WHERE id = 1") ?? 0
            )
        }
    }

    var blocks: [RetentionBlock] { hot.map(\.block) + cold.map(\.block) }

    private static func hot(_ connection: Connection) throws -> [(first: Int64, block: RetentionBlock)] {
        try connection.rows(
            """
            SELECT first_sequence, count, min_time, max_time, min_received, max_received, products, classes,
                length(keys) + length(data)
            FROM blocks ORDER BY first_sequence
            """
        ) { row in
            let block = RetentionBlock(
                span: PartitionName.span(
                    times: row.integer(2)...max(row.integer(2), row.integer(3)),
                    received: row.integer(4)...max(row.integer(4), row.integer(5))),
                count: Int(row.integer(1)), bytes: Int(row.integer(8)),
                kinds: RetentionBlock.kinds(products: row.text(6), classes: row.text(7)))
            return (row.integer(0), block)
        }
    }

    private static func block(_ entry: ColdEntry, _ tallies: String?) -> RetentionBlock {
        let kinds: [(kind: RetentionBlock.Kind, count: Int?)]
        if let known = tallies.flatMap({ ColdTally.read($0, count: entry.count) }) {
            kinds = known.map { (RetentionBlock.Kind(product: $0.product, classUID: $0.classUID), $0.count) }
        } else {
            kinds = RetentionBlock.kinds(products: entry.products, classes: entry.classes)
        }
        return RetentionBlock(span: span(entry), count: entry.count, bytes: entry.storedBytes, kinds: kinds)
    }

    /// All events of a file are of its day; those whose own time is another one came on it.
    private static func span(_ entry: ColdEntry) -> ClosedRange<Int64> {
        let times = entry.minTime.microseconds...max(entry.minTime, entry.maxTime).microseconds
        guard let day = PartitionName.day(of: entry.partition) else {
            return PartitionName.span(
                times: times, received: entry.minReceived.microseconds...max(entry.minReceived, entry.maxReceived).microseconds)
        }
        let start = day * PartitionName.microsecondsPerDay
        let whole = start...start + PartitionName.microsecondsPerDay - 1
        return whole.contains(times.lowerBound) && whole.contains(times.upperBound) ? times : whole
    }
}
