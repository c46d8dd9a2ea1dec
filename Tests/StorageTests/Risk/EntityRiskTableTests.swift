import EventModel
import Storage
import Testing

struct EntityRiskTableTests {
    private func row(_ field: String, _ value: String, _ points: Double = 12.345, state: String = "{\"a\":1}") -> EntityRiskRow {
        EntityRiskRow(field: field, value: value, findings: 3, points: points, at: Timestamp(seconds: 100), state: state)
    }

    private func write(_ rows: [EntityRiskRow], forgetting: [(String, String)] = [], _ writer: StoreWriter) async throws {
        let changes = rows.map { EntityRiskChange(field: $0.field, value: $0.value, row: $0) }
            + forgetting.map { EntityRiskChange(field: $0.0, value: $0.1, row: nil) }
        try await writer.commit(CorrelationCommit(findings: [], deliveries: [], risk: changes, through: 0))
    }

    @Test func rowsAreReadAsWritten() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        let rows = [row("identity", "ben"), row("identity", "dana", 0), row("src_endpoint.ip", "ben\u{1f6a8}'; --", 1_000_000)]
        try await write(rows, writer)
        #expect(try await writer.entityRisk() == rows)
        let reader = try store.reader()
        #expect(try await reader.entityRisk().map(\.value) == rows.map(\.value))
        #expect(try await reader.entityRisk().map(\.state) == ["", "", ""], "a list reads no more than it shows")
        #expect(try await reader.entityRisk(field: "identity").map(\.value) == ["ben", "dana"])
        #expect(try await reader.entityRisk(value: "ben") == [rows[0]])
        #expect(try await reader.entityRisk(value: "ben", field: "src_endpoint.ip") == [])
    }

    @Test func aRowIsReplacedAndForgotten() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        try await write([row("identity", "ben"), row("identity", "dana")], writer)
        try await write([row("identity", "ben", 7, state: "{}")], forgetting: [("identity", "dana"), ("identity", "eve")], writer)
        #expect(try await writer.entityRisk() == [row("identity", "ben", 7, state: "{}")])
    }

    @Test(arguments: [(-1.0, 0.0), (.infinity, 1e12), (0.00049, 0), (0.0005, 0.001)])
    func pointsAreStoredInThousandths(given: Double, stored: Double) async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        try await write([row("identity", "ben", given)], writer)
        #expect(try await writer.entityRisk().map(\.points) == [stored])
    }

    /// Risk and the findings that changed it are one transaction.
    @Test func nothingIsWrittenWithoutItsFindings() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        let finding = Findings.make(uid: "a", lastSeen: 10)
        try await writer.commit(CorrelationCommit(findings: [TrackedFinding(finding)], deliveries: [], through: 1))
        let standing = try await writer.standings(ofEpisodes: ["a"])
        try TriageStore(files: store.files).apply(.close(.benign, reason: ""), to: "a", by: "dana")
        let change = EntityRiskChange(field: "identity", value: "ben", row: row("identity", "ben"))
        await #expect(throws: StoreError.self) {
            try await writer.commit(
                CorrelationCommit(
                    findings: [TrackedFinding(episode: finding, standing: standing["a"])], deliveries: [], risk: [change],
                    through: 2))
        }
        #expect(try await writer.entityRisk() == [])
    }
}
