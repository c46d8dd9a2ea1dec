import EventModel

/// One source's account of its records: `received` is always the sum of the four others.
public struct LedgerAccount: Sendable, Equatable {
    public var source: String
    /// Records that reached the collector, dropped ones included.
    public var received = 0
    public var stored = 0
    /// Records all of whose events the store already had.
    public var duplicate = 0
    public var quarantined = 0
    /// Records that were lost, by reason (`DropReason`'s raw values).
    public var dropped: [String: Int] = [:]
    /// What was turned away at the door, by reason (`RefusalReason`'s raw values). The sender was told, and it is no part of the
    /// balance.
    public var refused: [String: Int] = [:]
    /// Events stored: not the same as records, since one record can hold several.
    public var events = 0
    /// Events among them that were lost since, when a damaged store was repaired.
    public var lost = 0

    public init(source: String) { self.source = source }

    // Wrapping: a damaged store's ledger may say anything.

    /// Records lost, whatever the reason.
    public var droppedTotal: Int { dropped.values.reduce(0, &+) }
    /// What was turned away, whatever the reason.
    public var refusedTotal: Int { refused.values.reduce(0, &+) }
    /// What the store knows to have become of its records.
    var accounted: Int { stored &+ duplicate &+ quarantined &+ droppedTotal }
    /// Whether every record is accounted for.
    public var isBalanced: Bool { received == accounted }
}

extension LedgerAccount {
    /// The account of events whose source can no longer be told: a damaged store was repaired.
    public static let unknownSource = "(unknown)"
}

/// What one transaction adds to the ledger.
struct LedgerChanges {
    private var counts: [String: [String: Int]] = [:]

    static let lostCounter = "lost"
    static let droppedPrefix = "dropped:"
    static let refusedPrefix = "refused:"
    /// Records for which the normaliser made no event, not even a quarantined one. It never should; if it does, it shows.
    static let withoutEvent = droppedPrefix + "no_event"

    mutating func add(_ count: Int, _ counter: String, _ source: String) {
        if count != 0 { counts[source, default: [:]][counter, default: 0] += count }
    }

    /// Counts a batch whose rows got these numbers (0: a duplicate).
    mutating func add(_ batch: EventBatch, sequences: [Int64]) {
        var stored = 0
        var quarantined = 0
        var duplicate = 0
        var events = 0
        var index = 0
        let rows = batch.rows
        while index < rows.count {
            let record = rows[index].record
            var isStored = false
            var isQuarantined = false
            while index < rows.count && rows[index].record == record {
                if sequences[index] != 0 {
                    events += 1
                    isStored = true
                    if rows[index].state == .quarantined { isQuarantined = true }
                }
                index += 1
            }
            if isQuarantined { quarantined += 1 } else if isStored { stored += 1 } else { duplicate += 1 }
        }
        let source = batch.source.name
        add(batch.recordCount, "received", source)
        add(stored, "stored", source)
        add(quarantined, "quarantined", source)
        add(duplicate, "duplicate", source)
        add(events, "events", source)
        add(batch.recordCount - stored - quarantined - duplicate, Self.withoutEvent, source)
    }

    mutating func add(_ drop: EventCommit.Tally<DropReason>) {
        add(drop.count, "received", drop.source)
        add(drop.count, Self.droppedPrefix + drop.reason.rawValue, drop.source)
    }

    mutating func add(_ refusal: EventCommit.Tally<RefusalReason>) {
        add(refusal.count, Self.refusedPrefix + refusal.reason.rawValue, refusal.source)
    }

    /// Counts records that their collector recognised as repeats.
    mutating func add(duplicates count: Int, _ source: String) {
        add(count, "received", source)
        add(count, "duplicate", source)
    }

    func write(_ connection: Connection) throws {
        for (source, counters) in counts {
            for (counter, count) in counters {
                try connection.run(
                    "INSERT INTO ledger VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
                    [.text(source), .text(counter), .count(count)])
            }
        }
    }

    /// All accounts, by source.
    static func read(_ connection: Connection) throws -> [LedgerAccount] {
        var accounts: [LedgerAccount] = []
        _ = try connection.rows("SELECT source, counter, count FROM ledger ORDER BY source") { row in
            let source = row.text(0)
            if accounts.last?.source != source { accounts.append(LedgerAccount(source: source)) }
            let counter = row.text(1)
            let count = Int(row.integer(2))
            let last = accounts.count - 1
            switch counter {
            case "received": accounts[last].received = count
            case "stored": accounts[last].stored = count
            case "duplicate": accounts[last].duplicate = count
            case "quarantined": accounts[last].quarantined = count
            case "events": accounts[last].events = count
            case lostCounter: accounts[last].lost = count
            default:
                if counter.hasPrefix(droppedPrefix) {
                    accounts[last].dropped[String(counter.dropFirst(droppedPrefix.count))] = count
                } else if counter.hasPrefix(refusedPrefix) {
                    accounts[last].refused[String(counter.dropFirst(refusedPrefix.count))] = count
                }
            }
        }
        return accounts
    }
}
