import EventModel
import Storage

/// A store some of whose events are cold.
struct ColdStore {
    let store: TestStore
    let opened: EventStore
    let compactor: Compactor
    /// All events as they were committed, in sequence order.
    var given: [String] = []

    init(seed: UInt64 = 1, limits: StoreLimits = StoreLimits()) throws {
        store = try TestStore(seed: seed)
        opened = try store.open(limits)
        compactor = try Compactor(
            writer: opened.writer, catalog: store.events.catalog, products: store.events.products, limits: limits)
    }

    /// Commits batches, each a block of its own.
    mutating func fill(_ batches: Int, records: Int = 50, shapes: [AuditEvents.Shape] = AuditEvents.Shape.allCases) async throws {
        for _ in 0..<batches {
            let batch = store.events.batch(records, shapes: shapes)
            given += batch.keyless
            try await opened.writer.commit(EventCommit(batches: [batch]))
        }
    }

    /// Compacts everything up to a number.
    func compact(through sequence: Int64 = .max) async throws {
        while try await compactor.step(through: sequence, isEager: true) != nil {}
    }

    /// What the store gives back by replay.
    func replayed() async throws -> [String] {
        let collected = Collector<StoredBatch>()
        let totals = try await store.reader().replay(after: 0, through: .max) { collected.add($0) }
        guard totals.damagedBlocks.isEmpty else { return totals.damagedBlocks.map(\.description) }
        return collected.all.flatMap { stored in
            stored.sequences.indices.filter { stored.sequences[$0] != 0 }.map { stored.batch[$0].keyless }
        }
    }
}

extension EventBatch {
    var keyless: [String] { rows.indices.map { self[$0].keyless } }
}

extension Event {
    /// Everything about the event but its key: cold blocks have none.
    var keyless: String {
        let key = "\(row.key)"
        return contents.replacing(key, with: "-")
    }
}
