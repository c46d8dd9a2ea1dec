import EventModel
import Storage
import TestSupport
import Testing

@Suite("Event commits (D1)")
struct StoreWriterTests {
    @Test func aKeyIsStoredOnce() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        let batch = store.events.batch(50)
        let other = store.events.batch(10)
        // Twice in one commit, and again in the next.
        let stored = try await writer.commit(EventCommit(batches: [batch, other, batch]))
        #expect(stored.map(\.sequences) == [Array(1...50), Array(51...60), Array(repeating: 0, count: 50)])
        #expect(try await writer.commit(EventCommit(batches: [batch]))[0].sequences == Array(repeating: 0, count: 50))
        #expect(try await store.reader().summary().events == 60)
        let account = try #require(try await store.reader().ledger().first)
        #expect(account.received == 160 && account.stored == 60 && account.duplicate == 100 && account.events == 60)
        #expect(account.isBalanced)
    }

    @Test func aKeyIsStoredOnceAcrossRestarts() async throws {
        let store = try TestStore()
        let batches = (0..<5).map { _ in store.events.batch(40, shapes: [.json, .severalEvents]) }
        var identities: [StoreIdentity] = []
        for count in 1...5 {
            let writer = try store.open().writer
            identities.append(writer.identity)
            let stored = try await writer.commit(EventCommit(batches: Array(batches[..<count])))
            #expect(stored.dropLast().allSatisfy { $0.sequences.allSatisfy { $0 == 0 } })
            #expect(stored.last?.sequences.allSatisfy { $0 > 0 } == true)
            try await writer.close()
        }
        #expect(Set(identities.map(\.id)).count == 1 && identities.allSatisfy { $0 == identities[0] })
        let found = try await store.reader().allEvents().map(\.event.contents)
        #expect(firstDifference(found, batches.flatMap(\.contents)) == nil)
    }

    @Test func eventsWithoutKeyAreNeverDuplicates() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        let text = store.events.batch(5, shapes: [.text])
        let stored = try await writer.commit(EventCommit(batches: [text, text]))
        #expect(stored.flatMap(\.sequences) == Array(1...10))
    }

    /// Whatever comes, in whatever order: every record is in exactly one account.
    @Test(arguments: 1...6) func theLedgerBalances(_ seed: Int) async throws {
        let store = try TestStore(seed: UInt64(seed))
        var random = SeededGenerator(seed: UInt64(seed))
        let writer = try store.open().writer
        let sources = ["audit", "siem udp", "files"].enumerated().map { Source(id: $0, name: $1) }
        var seen: [EventBatch] = []
        var received: [String: Int] = [:]
        for _ in 0..<20 {
            var commit = EventCommit(batches: [])
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let source = sources.randomElement(using: &random) ?? sources[0]
                let again = Int.random(in: 0..<3, using: &random) == 0 ? seen.randomElement(using: &random) : nil
                let batch = again ?? store.events.batch(
                    Int.random(in: 1...30, using: &random), source: source, shapes: AuditEvents.Shape.allCases)
                seen.append(batch)
                commit.batches.append(batch)
                received[batch.source.name, default: 0] += batch.recordCount
            }
            for reason in DropReason.allCases where Bool.random(using: &random) {
                commit.drops.append(EventCommit.Tally(source: "siem udp", reason: reason, count: 3))
                received["siem udp", default: 0] += 3
            }
            try await writer.commit(commit)
            let ledger = try await store.reader().ledger()
            #expect(ledger.allSatisfy { $0.isBalanced })
            #expect(Dictionary(uniqueKeysWithValues: ledger.map { ($0.source, $0.received) }) == received)
        }
        let ledger = try await store.reader().ledger()
        let events = try await store.reader().summary().events
        #expect(ledger.reduce(0) { $0 + $1.events } == events)
        #expect(ledger.contains { $0.quarantined > 0 } && ledger.contains { $0.duplicate > 0 })
    }

    @Test func quarantinedRecordsAreCountedApart() async throws {
        let store = try TestStore()
        try await store.open().writer.commit(EventCommit(batches: [store.events.batch(7, shapes: [.malformed])]))
        let account = try #require(try await store.reader().ledger().first)
        #expect(account.quarantined == 7 && account.stored == 0 && account.isBalanced)
        #expect(try await store.reader().allEvents().allSatisfy { $0.event.row.state == .quarantined })
    }

    @Test func cursorsGoWithTheirEvents() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        let first = store.events.batch(3, cursor: SourceCursor(name: "file:audit", value: "{\"offset\":300}"))
        let second = store.events.batch(3, cursor: SourceCursor(name: "file:audit", value: "{\"offset\":600}"))
        let third = store.events.batch(0, cursor: SourceCursor(name: "api:okta", value: "next"))
        try await writer.commit(EventCommit(batches: [first, second, third]))
        #expect(try await writer.cursor(named: "file:audit") == "{\"offset\":600}")
        #expect(try await writer.cursor(named: "nothing") == nil)
        #expect(try await store.reader().cursors() == ["file:audit": "{\"offset\":600}", "api:okta": "next"])
        try await writer.commit(EventCommit(batches: [store.events.batch(0, cursor: SourceCursor(name: "api:okta", value: ""))]))
        #expect(try await store.reader().cursors() == ["file:audit": "{\"offset\":600}"], "an empty one is forgotten")
    }

    @Test func anEmptyCommitDoesNothing() async throws {
        let store = try TestStore()
        #expect(try await store.open().writer.commit(EventCommit(batches: [])).isEmpty)
        #expect(try await store.reader().ledger() == [])
    }

    /// A full disk, as SQLite reports it: nothing has changed, and the same commit succeeds when there is room.
    @Test func aFullDiskChangesNothing() async throws {
        let store = try TestStore()
        var limits = StoreLimits()
        limits.maximumPages = 60
        var fitting: [EventBatch] = []
        let big = store.events.batch(2_000, cursor: SourceCursor(name: "file:audit", value: "2000"))
        do {
            let writer = try store.open(limits).writer
            fitting = [store.events.batch(20, cursor: SourceCursor(name: "file:audit", value: "20"))]
            try await writer.commit(EventCommit(batches: fitting))
            for _ in 0..<3 {
                let error = try await #require(throws: StoreError.self) {
                    try await writer.commit(EventCommit(batches: [big], drops: [.init(source: "u", reason: .kernel, count: 1)]))
                }
                #expect(error.code == .full)
                #expect(try await writer.cursor(named: "file:audit") == "20")
                #expect(try await store.reader().summary().events == 20)
                #expect(try await store.reader().ledger().map(\.received) == [20])
            }
            // In memory neither: what was refused is not taken for a duplicate, what was stored is.
            let small = store.events.batch(5)
            #expect(try await writer.commit(EventCommit(batches: [small]))[0].sequences == Array(21...25))
            #expect(try await writer.commit(EventCommit(batches: fitting))[0].sequences == Array(repeating: 0, count: 20))
            try await writer.close()
        }
        let writer = try store.open().writer
        let stored = try await writer.commit(EventCommit(batches: [big]))
        #expect(stored[0].sequences == Array(26...2_025))
        #expect(try await store.reader().ledger().allSatisfy { $0.isBalanced })
    }
}
