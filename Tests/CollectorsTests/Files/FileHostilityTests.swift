import Collectors
import EventModel
import Glibc
import Logging
import Synchronization
import Testing

/// What else may stand at a path that a pattern matches.
struct FileHostilityTests {
    /// Keeps what is logged at `warning` and above.
    private final class Warnings: LogHandler {
        let lines = Mutex<[String]>([])
        var logLevel: Logger.Level { get { .warning } set {} }
        var metadata: Logger.Metadata { get { [:] } set {} }
        subscript(metadataKey key: String) -> Logger.Metadata.Value? { get { nil } set {} }

        func log(event: LogEvent) {
            let metadata = (event.metadata ?? [:]).map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
            lines.withLock { $0.append("\(event.message) \(metadata)") }
        }
    }

    @Test func whatIsNoFileIsToldOnceAndOthersGoOn() async throws {
        let folder = try LogFolder()
        #expect(mkfifo(folder.path("pipe.log"), 0o600) == 0)
        #expect(mkdir(folder.path("folder.log"), 0o700) == 0)
        #expect(symlink("loop.log", folder.path("loop.log")) == 0)
        #expect(symlink("/dev/null", folder.path("device.log")) == 0)
        #expect(symlink("nowhere", folder.path("dangling.log")) == 0)
        #expect(symlink(folder.path("."), folder.path("self")) == 0)
        let socket = try UnixSocket(folder.path("s.log"))
        try folder.append("one\n", to: "fine.log")
        let warnings = Warnings()
        let sink = CollectingSink()
        let collector = try FileCollector(
            source: Source(id: 0, name: "audit"),
            configuration: FilePatternTests.configuration([folder.path("**/*.log"), folder.path("*.log")]), sink: sink,
            logger: Logger(label: "test") { _ in warnings })
        try await running(collector) { collector in
            await sink.waitForRecords(1)
            for number in 2...5 {
                try folder.append("\(number)\n", to: "fine.log")
                await sink.waitForRecords(number)
            }
        }
        socket.close()
        let told = warnings.lines.withLock { $0 }.map { $0.replacing(folder.path(""), with: "") }.sorted()
        #expect(told.count == 5)
        for (name, reason) in [
            ("pipe.log", "named pipe"), ("folder.log", "directory"), ("loop.log", "symbolic links"), ("device.log", "device"),
            ("s.log", "socket"),
        ] {
            #expect(told.count { $0.contains("/\(name) ") && $0.contains(reason) } == 1, "\(name): \(told)")
        }
        #expect(sink.texts == ["one", "2", "3", "4", "5"])
    }

    @Test func namesOfAnyBytes() async throws {
        let folder = try LogFolder()
        let names: [[UInt8]] = [Array("new\nline.log".utf8), [0xFF, 0xFE] + Array(".log".utf8), Array("50% \"\\.log".utf8)]
        for (number, name) in names.enumerated() {
            let path = (Array((folder.path("") + "/").utf8) + name + [0]).map(CChar.init(bitPattern:))
            let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
            #expect(descriptor >= 0)
            let text = Array("file \(number)\n".utf8)
            #expect(write(descriptor, text, text.count) == text.count)
            close(descriptor)
        }
        let sink = CollectingSink()
        try await FilePatternTests.tailing(folder, ["*.log"], sink) { _ in await sink.waitForRecords(3) }
        #expect(sink.texts.sorted() == ["file 0", "file 1", "file 2"])
        let second = CollectingSink()
        try await FilePatternTests.tailing(folder, ["*.log"], second, from: sink.committed()) { collector in
            try await eventually { collector.status.filesMatched == 3 }
        }
        #expect(second.batches == 0)
    }

    @Test(.enabled(if: geteuid() != 0, "the superuser may read everything"))
    func aPermissionThatIsGivenLater() async throws {
        let folder = try LogFolder()
        try folder.append("secret\n", to: "a.log")
        try folder.append("open\n", to: "b.log")
        #expect(chmod(folder.path("a.log"), 0) == 0)
        let sink = CollectingSink()
        try await FilePatternTests.tailing(folder, ["*.log"], sink) { _ in
            await sink.waitForRecords(1)
            #expect(chmod(folder.path("a.log"), 0o600) == 0)
            await sink.waitForRecords(2)
        }
        #expect(sink.texts == ["open", "secret"])
    }

    @Test func aLineOfAHundredMegabytesKeepsNobodyWaitingAndLittleMemory() async throws {
        let folder = try LogFolder()
        try folder.write([UInt8](repeating: UInt8(ascii: "x"), count: 100 << 20) + Array("\nnext\n".utf8), to: "long.log")
        try folder.append("short\n", to: "short.log")
        let sink = CollectingSink()
        try await FilePatternTests.tailing(folder, ["*.log"], sink) { _ in await sink.waitForRecords(3) }
        #expect(Set(sink.records.map { "\($0.text.utf8.count) \($0.flaw)" }) == ["\(1 << 20) truncated", "4 none", "5 none"])
    }

    @Test func truncationWhileItIsRead() async throws {
        let folder = try LogFolder()
        let sink = CollectingSink(room: 2)
        try folder.append((0..<40_000).map { "old \($0) padding padding\n" }.joined(), to: "a.log")
        try await FilePatternTests.tailing(folder, ["a.log"], sink) { collector in
            try await eventually { sink.isRefusing }
            try folder.write([], to: "a.log")
            try folder.append("new\n", to: "a.log")
            sink.addRoom(1_000)
            try await eventually { sink.texts.last == "new" && collector.status.dropped == 1 }
        }
        let old = sink.texts.dropLast()
        #expect(Array(old) == (0..<old.count).map { "old \($0) padding padding" })
        #expect(sink.drops == [.sourceTruncated: 1])
    }
}

/// A socket that has a name in the file system.
private final class UnixSocket: Sendable {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(100)) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard result == 0 else { throw WriterError(code: errno) }
    }

    func close() { Glibc.close(descriptor) }
}
