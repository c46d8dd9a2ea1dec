import EventModel
import Storage
import Testing

@Suite("Verifying a store")
struct VerificationTests {
    @Test func aSoundStoreIsSound() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        for _ in 0..<3 { try await writer.commit(EventCommit(batches: [store.events.batch(100)])) }
        let result = try await store.reader().verify()
        #expect(result.isSound && result.events == 300, "\(result)")
    }

    @Test func aDamagedBlockIsNamed() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        for _ in 0..<3 { try await writer.commit(EventCommit(batches: [store.events.batch(100)])) }
        try await writer.close()
        try store.connection().run(
            "UPDATE blocks SET data = zeroblob(length(data)) WHERE first_sequence = (SELECT max(first_sequence) FROM blocks)")
        let result = try await store.reader().verify()
        #expect(result.damagedBlocks.count == 1 && result.problems.isEmpty)
        #expect(result.events + result.damagedBlocks[0].count == 300)
    }

    @Test(arguments: [
        ("UPDATE ledger SET count = count + 1 WHERE counter = 'stored'", "does not balance"),
        ("UPDATE engine SET value = value + 7 WHERE name = 'next_sequence'", "numbers were given out"),
    ])
    func wrongBooksAreTold(_ change: String, _ problem: String) async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        try await writer.commit(EventCommit(batches: [store.events.batch(100)]))
        try await writer.close()
        try store.connection().execute(change)
        let result = try await store.reader().verify()
        #expect(result.problems.contains { $0.contains(problem) }, "\(result)")
    }

    /// What stands beside cold blocks is checked too; their events are all there.
    @Test(arguments: ["filters", "digests"])
    func whatMakesSearchesFastIsChecked(_ table: String) async throws {
        var cold = try ColdStore(seed: 3)
        try await cold.fill(2, records: 40)
        try await cold.compact()
        let sound = try await cold.store.reader().verify()
        #expect(sound.isSound, "\(sound)")
        for name in try DirectoryListing.names(cold.store.files.coldDirectory) {
            try Connection(path: cold.store.files.partition(name), access: .readWrite)
                .execute("UPDATE \(table) SET data = zeroblob(length(data))")
        }
        let result = try await cold.store.reader().verify()
        #expect(result.damagedBlocks.isEmpty && result.events == sound.events)
        #expect(result.problems.contains { $0.contains("damaged") }, "\(result)")
    }
}
