import EventModel
import Matching

/// The table `events` of one query: what there is to know of it, and the rows that were read.
final class EventsTable {
    let schema: EventsSchema
    let readers: BlockReaders
    /// Only events from `since` on, before `until`, are part of the table.
    let since: Timestamp?
    let until: Timestamp?
    private let takesNumbers: Bool
    private let eventCount: Double
    private let blockCount: Int
    /// By the number that SQLite knows them by.
    private var plans: [EventsPlan] = []
    private var finished = SearchTotals()
    private var document: OCSFDocument
    /// What went wrong while SQLite was reading, which it cannot pass on.
    var failure: (any Error)?

    /// Rows of blocks that overlap in time, beyond which SQLite puts rows in order itself.
    private static let maximumOverlap = 500_000

    init(
        _ readers: BlockReaders, _ schema: EventsSchema, since: Timestamp?, until: Timestamp?, takesNumbers: Bool
    ) throws {
        self.readers = readers
        self.schema = schema
        self.since = since
        self.until = until
        self.takesNumbers = takesNumbers
        let summary = try StoreQueries.summary(readers.connection)
        eventCount = Double(summary.events)
        blockCount = try readers.blockCount()
        finished.blocks = blockCount
        document = OCSFDocument(catalog: readers.catalog, products: readers.products)
    }

    /// What was read so far. A block that was read twice counts twice, a damaged one once.
    var totals: SearchTotals { finished }

    func count(_ totals: SearchTotals) {
        finished.scannedBlocks += totals.scannedBlocks
        finished.events += totals.events
        finished.matched += totals.matched
        finished.given += totals.given
        for damage in totals.damagedBlocks where !finished.damagedBlocks.contains(damage) {
            finished.damagedBlocks.append(damage)
        }
    }

    func documentBytes(of event: Event) -> [UInt8] { document.bytes(of: event) }

    // MARK: - Plans

    /// How the table would be read for a question: the plan's number, the conditions that it takes account of, and what it costs.
    func answer(
        _ question: TableQuestion
    ) -> (number: Int, plan: EventsPlan, taken: [Int], estimate: EventsPlan.Estimate) {
        let (plan, taken) = EventsPlan.make(question, schema, takesNumbers: takesNumbers) { overlap <= Self.maximumOverlap }
        let number: Int
        if let known = plans.firstIndex(of: plan) {
            number = known
        } else {
            number = plans.count
            plans.append(plan)
        }
        return (number, plan, taken, plan.estimate(events: eventCount, blocks: Double(blockCount), schema: schema))
    }

    func plan(_ number: Int) -> EventsPlan { plans[number] }

    /// The most rows of blocks that overlap at some time: so many may have to be held to put them in order.
    private lazy var overlap: Int = {
        let request = SearchRequest(.constant(true), since: since, until: until)
        guard let entries = try? readers.entries(request) else { return .max }
        var ends: [(time: Timestamp, isEnd: Bool, count: Int)] = []
        for entry in entries {
            ends.append((entry.minTime, false, entry.count))
            ends.append((entry.maxTime, true, entry.count))
        }
        ends.sort { ($0.time, $0.isEnd ? 1 : 0) < ($1.time, $1.isEnd ? 1 : 0) }
        var (open, most) = (0, 0)
        for end in ends {
            open += end.isEnd ? -end.count : end.count
            most = max(most, open)
        }
        return most
    }()
}
