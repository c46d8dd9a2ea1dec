import Collectors
import Testing

struct FileGenerationsTests {
    @Test(arguments: [
        ("audit.log.1", true), ("audit.log.12", true), ("audit.log-20261124", true), ("audit.log.2026-11-24T10:00:00Z", true),
        ("audit-20261124.log", true), ("audit.1.log", true), ("audit.log.old", true), ("audit.log_3", true),
        ("audit.log", false), ("audit.log.1.gz", false), ("audit.log.gz", false), ("audit.logs", false), ("audit.log.", false),
        ("audit.log1", false), ("other.log.1", false), ("audit.log.swp", false), ("audit-old.log", false), ("log", false),
    ])
    func rotatedNames(name: String, expected: Bool) {
        #expect(FileGenerations.isRotatedName(name, of: "audit.log") == expected)
    }

    @Test(arguments: [(".hidden.1", ".hidden", true), ("hidden.1", ".hidden", false), ("a.1", "a", true), ("a-1.b", "a", false)])
    func rotatedNamesOfOddFiles(name: String, base: String, expected: Bool) {
        #expect(FileGenerations.isRotatedName(name, of: base) == expected)
    }

    @Test func theNextIsTheOldestOfThoseWrittenLater() {
        let siblings = [("audit.log.1", 30, 3), ("audit.log.3", 10, 1), ("audit.log.2", 20, 2)].map { name, modified, inode in
            FileSibling(
                name: name,
                facts: FileFacts(identity: FileIdentity(device: 1, inode: UInt64(inode)), size: 1, modified: Int64(modified)))
        }
        func next(_ modified: Int64, without inodes: [UInt64] = []) -> String? {
            FileGenerations.next(
                after: modified, among: siblings, excluding: Set(inodes.map { FileIdentity(device: 1, inode: $0) }))?.name
        }
        #expect(next(0) == "audit.log.3")
        #expect(next(10) == "audit.log.2")
        #expect(next(10, without: [2]) == "audit.log.1")
        #expect(next(30) == nil)
    }
}
