import Collectors
import EventModel
import Testing

struct FileCheckpointTests {
    @Test func survivesTheStore() throws {
        let checkpoint = FileCheckpoint(
            identity: FileIdentity(device: 1 << 60, inode: .max), offset: 1_234, size: 5_678, modified: 1_795_000_000_123_456_789,
            fingerprint: FileFingerprint(of: Array("first bytes".utf8)), isSkipping: true)
        let cursor = checkpoint.cursor(name: "file:audit:/var/log/audit.jsonl")
        #expect(cursor.name == "file:audit:/var/log/audit.jsonl")
        #expect(try FileCheckpoint(cursor) == checkpoint)
    }

    static func json(offset: Int, fingerprint: Int) -> String {
        """
        {"identity":{"device":1,"inode":2},"offset":\(offset),"size":0,"modified":0,\
        "fingerprint":{"length":\(fingerprint),"hash":0},"isSkipping":false}
        """
    }

    @Test func aCheckpointOfThatFormIsRead() throws {
        #expect(try FileCheckpoint(SourceCursor(name: "file", value: Self.json(offset: 1, fingerprint: 0))).offset == 1)
    }

    @Test(arguments: [
        "", "{}", "[]", "nonsense",
        json(offset: -1, fingerprint: 0), json(offset: 1, fingerprint: 257), json(offset: 1, fingerprint: -1),
    ])
    func whatIsNoneIsAnError(text: String) {
        #expect(throws: (any Error).self) { try FileCheckpoint(SourceCursor(name: "file", value: text)) }
        let error = #expect(throws: CollectorError.self) {
            try FileCollector(
                source: Source(id: 0, name: "audit"), configuration: FileConfiguration(path: "/nowhere"),
                cursors: [SourceCursor(name: "file:audit:/nowhere", value: text)], sink: CollectingSink(), logger: .quiet)
        }
        #expect(error.map { "\($0)".contains("source audit: the stored position file:audit:/nowhere cannot be read") } == true)
    }
}
