import EventModel
import Storage
import TestSupport
import Testing

/// What events teach of the names of accounts, in the store.
@Suite struct AliasTableTests {
    private static func batch(
        _ lessons: [(name: String, target: String, time: Int64)], keys: [UInt64]? = nil, source: String = "audit"
    ) -> EventBatch {
        let bytes = Arena()
        let spans = lessons.map { _ in RecordSpan(offset: UInt32(bytes.append("{}")), length: 2) }
        let source = Source(id: 0, name: source)
        let received = Timestamp(seconds: AuditEvents.start)
        let builder = EventBuilder(RecordBatch(source: source, receivedAt: received, bytes: bytes, records: spans))
        for (index, lesson) in lessons.enumerated() {
            builder.append(
                IdentityLesson(
                    row: index, product: "okta", tenant: "", kind: .id, name: lesson.name, target: lesson.target,
                    time: Timestamp(seconds: AuditEvents.start + lesson.time)))
            var row = EventRow(record: index, raw: spans[index], receivedAt: received)
            if let keys { row.key = EventKey(high: 1, low: keys[index]) }
            builder.append(row)
        }
        return builder.finish()
    }

    private static func lines(_ aliases: [LearnedAlias]) -> [String] {
        aliases.map { alias in
            let times = [alias.first, alias.last].map { teacher in
                "\(teacher.time.microseconds / 1_000_000 - AuditEvents.start) \(teacher.source) \(teacher.sequence)"
            }
            return "\(alias.text) \(alias.target) \(times.joined(separator: " "))"
        }.sorted()
    }

    @Test func firstAndLastAreKept() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        try await writer.commit(EventCommit(batches: [Self.batch([("1", "a@example.com", 50), ("2", "b@example.com", 60)])]))
        try await writer.commit(EventCommit(batches: [Self.batch([("1", "a@example.com", 20)], source: "late")]))
        try await writer.commit(EventCommit(batches: [Self.batch([("1", "a@example.com", 90), ("1", "c@example.com", 95)])]))
        let reader = try store.reader()
        #expect(
            Self.lines(try await reader.aliases(limit: 10)) == [
                "okta:1 a@example.com 20 late 3 90 audit 4", "okta:1 c@example.com 95 audit 5 95 audit 5",
                "okta:2 b@example.com 60 audit 2 60 audit 2",
            ])
        #expect(try await reader.aliases(of: "b@example.com", limit: 10).map(\.name) == ["2"])
        let both = try await reader.aliases(product: "okta", name: "1", limit: 10).map(\.target)
        #expect(both == ["c@example.com", "a@example.com"], "the latest first")
        let loaded = Collector<LearnedAlias>()
        try await writer.loadAliases(limit: 10) { for alias in $0 { loaded.add(alias) } }
        #expect(Set(loaded.all) == Set(try await reader.aliases(limit: 10)))
    }

    /// An event that is there already has taught before.
    @Test func duplicatesTeachNothing() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        try await writer.commit(EventCommit(batches: [Self.batch([("1", "a@example.com", 50)], keys: [7])]))
        _ = try await writer.forgetAliases(of: "a@example.com")
        try await writer.commit(
            EventCommit(batches: [Self.batch([("1", "a@example.com", 50), ("2", "a@example.com", 51)], keys: [7, 8])]))
        #expect(try await store.reader().aliases(limit: 10).map(\.name) == ["2"])
    }

    @Test(arguments: [("a@example.com", ["2"]), ("okta:1", ["2"]), ("b@example.com", ["1", "1"]), ("okta:3", ["1", "1", "2"])])
    func aNameIsForgottenWithAllThatItBelongsTo(name: String, left: [String]) async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        try await writer.commit(
            EventCommit(batches: [
                Self.batch([("1", "a@example.com", 1), ("1", "c@example.com", 2), ("2", "b@example.com", 3)])
            ]))
        let count = try await writer.forgetAliases(of: name).count
        let found = try await store.reader().aliases(limit: 10).map(\.name).sorted()
        #expect(found == left)
        #expect(count + found.count == 3)
    }

    @Test func theOldestAreTrimmed() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        try await writer.commit(
            EventCommit(batches: [Self.batch((0..<100).map { ("n\($0)", "a@example.com", Int64(($0 * 37) % 100)) })]))
        try await writer.trimAliases(to: 30)
        let left = try await store.reader().aliases(limit: 1_000)
        #expect(left.count == 30)
        #expect(left.allSatisfy { $0.last.time >= Timestamp(seconds: AuditEvents.start + 70) })
    }
}
