import Collectors
import EventModel
import Glibc
import Testing

/// Files of patterns: found, let go, rotated beside each other, in turns.
struct FilePatternTests {
    static func configuration(_ paths: [String], _ change: (inout FileConfiguration) -> Void = { _ in }) -> FileConfiguration {
        var configuration = FileConfiguration(paths: paths, pollInterval: .milliseconds(5), rotateWait: .milliseconds(20))
        change(&configuration)
        return configuration
    }

    /// Runs a collector of the folder's files of such names.
    static func tailing(
        _ folder: LogFolder, _ names: [String], _ sink: CollectingSink, from cursors: [SourceCursor] = [],
        _ change: (inout FileConfiguration) -> Void = { _ in },
        _ body: @escaping @Sendable (FileCollector) async throws -> Void
    ) async throws {
        let collector = try FileCollector(
            source: Source(id: 0, name: "audit"), configuration: configuration(names.map(folder.path), change), cursors: cursors,
            sink: sink, logger: .quiet)
        try await running(collector, body)
    }

    @Test func newFilesAreFoundAndExcludedOnesLeftOut() async throws {
        let folder = try LogFolder()
        let sink = CollectingSink()
        try folder.append("one\n", to: "a.log")
        try folder.append("never\n", to: "debug-a.log")
        try await Self.tailing(folder, ["*.log", "deep/**/{x,y}.jsonl"], sink, { $0.excluded = ["debug-*"] }) { collector in
            await sink.waitForRecords(1)
            try folder.append("two\n", to: "b.log")
            await sink.waitForRecords(2)
            // A directory that appears later, and files in it.
            for directory in ["deep", "deep/1", "deep/1/2"] { #expect(mkdir(folder.path(directory), 0o700) == 0) }
            try folder.append("three\n", to: "deep/1/2/y.jsonl")
            try folder.append("never\n", to: "deep/1/2/z.jsonl")
            await sink.waitForRecords(3)
            try folder.remove("a.log")
            try await eventually { collector.status.filesMatched == 2 && collector.status.filesOpen == 2 }
        }
        #expect(sink.texts == ["one", "two", "three"])
        #expect(sink.names(batches: .max).contains("file:audit:" + folder.path("deep/1/2/y.jsonl")))
    }

    @Test func rotatedFilesThatMatchAreReadOnceOverRestarts() async throws {
        let folder = try LogFolder()
        for line in ["one", "two", "three"] {
            try folder.append(line + "\n", to: "a.log")
            try folder.rotate("a.log")
        }
        try folder.compress("a.log.3", .gzip)
        try folder.append("four\n", to: "a.log")
        let sink = CollectingSink()
        try await Self.tailing(folder, ["a.log*"], sink) { _ in
            await sink.waitForRecords(4)
            try folder.rotate("a.log")
            try folder.append("five\n", to: "a.log")
            await sink.waitForRecords(5)
            try folder.compress("a.log.1", .zstd)
            try folder.append("six\n", to: "a.log")
            await sink.waitForRecords(6)
        }
        #expect(sink.texts.sorted() == ["five", "four", "one", "six", "three", "two"])
        // Generations that were there at the start are read in the order in which they were written, but for compressed ones.
        #expect(sink.texts.filter { ["two", "three", "four"].contains($0) } == ["two", "three", "four"])
        try folder.rotate("a.log")
        try folder.compress("a.log.3", .gzip)
        try folder.append("seven\n", to: "a.log")
        let second = CollectingSink()
        try await Self.tailing(folder, ["a.log*"], second, from: sink.committed()) { collector in
            await second.waitForRecords(1)
            try await eventually { collector.status.unreadBytes == 0 }
        }
        #expect(second.texts == ["seven"])
    }

    @Test func aSwitchedSymbolicLinkIsFollowed() async throws {
        let folder = try LogFolder()
        try folder.switchLink("current.log")
        let sink = CollectingSink()
        try await Self.tailing(folder, ["*.log"], sink) { _ in
            try folder.append("one\nlast", to: "current.log")
            await sink.waitForRecords(1)
            try folder.switchLink("current.log")
            try folder.append("two\n", to: "current.log")
            await sink.waitForRecords(3)
        }
        // Twice while stopped: the target in between is beside the others.
        try folder.append("three\n", to: "current.log")
        for line in ["four", "five"] {
            try folder.switchLink("current.log")
            try folder.append(line + "\n", to: "current.log")
        }
        let second = CollectingSink()
        try await Self.tailing(folder, ["*.log"], second, from: sink.committed()) { _ in await second.waitForRecords(3) }
        #expect(sink.texts == ["one", "last", "two"])
        #expect(second.texts == ["three", "four", "five"])
    }

    @Test func aFileThatIsWrittenAnewAndRenamedGoesOn() async throws {
        let folder = try LogFolder()
        let sink = CollectingSink()
        try await Self.tailing(folder, ["a.log"], sink) { _ in
            try folder.append("one\n", to: "a.log")
            await sink.waitForRecords(1)
            try folder.replace("a.log", adding: "two\n")
            await sink.waitForRecords(2)
        }
        try folder.replace("a.log", adding: "three\n")
        let second = CollectingSink()
        try await Self.tailing(folder, ["a.log"], second, from: sink.committed()) { _ in await second.waitForRecords(1) }
        #expect(sink.texts + second.texts == ["one", "two", "three"])
    }

    @Test func lateLinesOfARotatedFileAreReadAlsoAfterARestart() async throws {
        let folder = try LogFolder()
        let sink = CollectingSink()
        try await Self.tailing(folder, ["a.log"], sink) { _ in
            try folder.append("one\n", to: "a.log")
            await sink.waitForRecords(1)
            try folder.rotate("a.log")
            try folder.append("two\n", to: "a.log")
            await sink.waitForRecords(2)
            try folder.append("late\n", to: "a.log.1")
            await sink.waitForRecords(3)
        }
        try folder.append("later\n", to: "a.log.1")
        let second = CollectingSink()
        try await Self.tailing(folder, ["a.log"], second, from: sink.committed()) { _ in await second.waitForRecords(1) }
        #expect(sink.texts == ["one", "two", "late"])
        #expect(second.texts == ["later"])
    }

    @Test func aRemovedFileIsReadToItsEnd() async throws {
        let folder = try LogFolder()
        let sink = CollectingSink(room: 1)
        try await Self.tailing(folder, ["*.log"], sink) { collector in
            try folder.append("one\n", to: "a.log")
            await sink.waitForRecords(1)
            try folder.append("two\n", to: "a.log")
            try await eventually { sink.isRefusing }
            try folder.append("three\n", to: "a.log")
            try folder.remove("a.log")
            sink.addRoom(100)
            await sink.waitForRecords(3)
            try await eventually { collector.status.filesOpen == 0 && collector.status.filesMatched == 0 }
        }
        #expect(sink.texts == ["one", "two", "three"])
        #expect(sink.drops.isEmpty)
    }

    @Test func anInodeThatIsUsedAgainIsAnotherFile() async throws {
        let folder = try LogFolder()
        let sink = CollectingSink()
        try folder.append("a first line, and a second one\nthat is there\n", to: "a.log")
        try await Self.tailing(folder, ["a.log"], sink) { _ in await sink.waitForRecords(2) }
        // In place, which keeps the inode: shorter than what the fingerprint covers, and longer than what was read.
        for text in ["b\n", "c" + String(repeating: "c", count: 500) + "\n"] {
            try folder.write(Array(text.utf8), to: "a.log")
            let next = CollectingSink()
            try await Self.tailing(folder, ["a.log"], next, from: sink.committed()) { _ in await next.waitForRecords(1) }
            #expect(next.texts == [String(text.dropLast())])
        }
    }

    @Test func theSameHeadDoesNotHideAnotherContent() async throws {
        let folder = try LogFolder()
        let head = String(repeating: "#", count: 300) + "\n"
        let sink = CollectingSink()
        try folder.append(head + "one\n", to: "a.log")
        try await Self.tailing(folder, ["a.log"], sink) { _ in await sink.waitForRecords(2) }
        try folder.write(Array((head + "two and more\nthree\n").utf8), to: "a.log")
        let second = CollectingSink()
        try await Self.tailing(folder, ["a.log"], second, from: sink.committed()) { _ in await second.waitForRecords(3) }
        #expect(second.texts.dropFirst() == ["two and more", "three"])
    }

    @Test func aBusyFileDoesNotKeepOthersWaiting() async throws {
        let folder = try LogFolder()
        let line = String(repeating: "x", count: 999) + "\n"
        try folder.append(String(repeating: line, count: 4_000), to: "busy.log")
        try folder.append("quiet\n", to: "quiet.log")
        let sink = CollectingSink()
        try await Self.tailing(folder, ["*.log"], sink) { _ in await sink.waitForRecords(4_001) }
        let place = try #require(sink.texts.firstIndex(of: "quiet"))
        #expect(place <= 1_024, "within the first turns")
    }

    @Test func filesBeyondTheLimitAreReported() async throws {
        let folder = try LogFolder()
        for number in 0..<7 { try folder.append("\(number)\n", to: "\(number).log") }
        let sink = CollectingSink()
        try await Self.tailing(folder, ["*.log"], sink, { $0.maximumFiles = 5 }) { collector in
            await sink.waitForRecords(5)
            try await eventually { collector.status.filesBeyondLimit == 2 }
            #expect(collector.status.filesMatched == 7)
            // Room is made by files that go.
            try folder.remove("0.log")
            try folder.remove("1.log")
            await sink.waitForRecords(7)
            try await eventually { collector.status.filesBeyondLimit == 0 }
        }
        #expect(sink.texts.sorted() == ["0", "1", "2", "3", "4", "5", "6"])
    }

    @Test func moreFilesThanMayBeOpenAreReadInTurns() async throws {
        let folder = try LogFolder()
        let sink = CollectingSink()
        try await Self.tailing(folder, ["*.log"], sink, { $0.maximumOpenFiles = 4 }) { collector in
            for round in 0..<3 {
                for number in 0..<30 { try folder.append("\(number) \(round)\n", to: "\(number).log") }
                await sink.waitForRecords(30 * (round + 1))
                #expect(collector.status.filesOpen <= 4)
            }
        }
        #expect(Set(sink.texts).count == 90 && sink.texts.count == 90)
        #expect(sink.texts.filter { $0.hasPrefix("7 ") } == ["7 0", "7 1", "7 2"])
    }

    @Test func cursorsOfFilesThatAreNoMoreAreForgotten() async throws {
        let folder = try LogFolder()
        let sink = CollectingSink()
        try await Self.tailing(folder, ["*.log"], sink, { $0.forgetAfter = .milliseconds(50) }) { _ in
            try folder.append("one\n", to: "a.log")
            try folder.append("two\n", to: "b.log")
            await sink.waitForRecords(2)
            try folder.remove("a.log")
            try await eventually { sink.committed().count == 1 }
        }
        #expect(sink.committed().map(\.name) == ["file:audit:" + folder.path("b.log")])
    }

    @Test func aCursorOfAnEarlierVersionGoesOn() async throws {
        let folder = try LogFolder()
        try folder.append("one\ntwo\n", to: "a.log")
        var info = stat()
        #expect(stat(folder.path("a.log"), &info) == 0)
        let fingerprint = FileFingerprint(of: Array("one\n".utf8))
        let cursor = SourceCursor(
            name: "file:audit:" + folder.path("a.log"),
            value: """
                {"fingerprint":{"hash":\(fingerprint.hash),"length":4},"identity":{"device":\(info.st_dev),"inode":\(info.st_ino)},\
                "isSkipping":false,"modified":1,"offset":4,"size":4}
                """)
        let sink = CollectingSink()
        try await Self.tailing(folder, ["a.log"], sink, from: [cursor]) { _ in await sink.waitForRecords(1) }
        #expect(sink.texts == ["two"])
        #expect(sink.committed().map(\.name) == [cursor.name])
    }
}
