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
        #expect(FileGenerations.bases(of: name).contains("audit.log") == expected)
    }

    @Test(arguments: [(".hidden.1", ".hidden", true), ("hidden.1", ".hidden", false), ("a.1", "a", true), ("a-1.b", "a", false)])
    func rotatedNamesOfOddFiles(name: String, base: String, expected: Bool) {
        #expect(FileGenerations.isRotatedName(name, of: base) == expected)
        #expect(FileGenerations.bases(of: name).contains(base) == expected)
    }

    @Test(arguments: [
        ("audit.log", "audit.log"), ("audit.log.1", "audit.log"), ("audit.log.12.gz", "audit.log"), ("audit-20261124.log", "audit.log"),
        ("audit.log-20261124.zst", "audit.log"), ("audit.log.2026-11-24T10:00:00Z", "audit.log"), ("audit.log.old", "audit.log"),
        ("0.log", "0.log"), ("0.log.20261129-100000", "0.log"), ("worker-1.log", "worker.log"),
        ("worker-1.log.2", "worker.log"), (".gz", ".gz"), ("1", "1"),
        (".1", ".1"), ("HOST-1", "HOST"), ("", ""),
    ])
    func stem(name: String, expected: String) {
        #expect(FileGenerations.stem(name) == expected)
    }
}
