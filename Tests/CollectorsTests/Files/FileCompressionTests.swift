import Collectors
import EventModel
import Glibc
import Testing

/// Files that are compressed, before, while and after they are read.
struct FileCompressionTests {
    static let lines = (0..<3_000).map { "line \($0) " + String(repeating: "\($0 % 7)", count: $0 % 90) }
    static let text = Array(lines.map { $0 + "\n" }.joined().utf8)

    /// Whether it is committed that all of a compressed file was read.
    private static func isConsumed(_ sink: CollectingSink) -> Bool { sink.committed().contains { $0.value.contains("consumed") } }

    @Test(arguments: LogFolder.Compression.allCases)
    func isReadWholeAndOnce(compression: LogFolder.Compression) async throws {
        let folder = try LogFolder()
        let ending = compression.ending
        try folder.write(compression.compress(Self.text), to: "a.log" + ending)
        let sink = CollectingSink()
        try await FilePatternTests.tailing(folder, ["*" + ending], sink) { _ in
            await sink.waitForRecords(Self.lines.count)
            try await eventually { Self.isConsumed(sink) }
        }
        #expect(sink.texts == Self.lines)
        let second = CollectingSink()
        try await FilePatternTests.tailing(folder, ["*" + ending], second, from: sink.committed()) { collector in
            try await eventually { collector.status.filesMatched == 1 }
            #expect(collector.status.filesOpen == 0, "what says nothing new is not even opened")
        }
        #expect(second.batches == 0)
    }

    @Test(arguments: LogFolder.Compression.allCases)
    func everyCursorGoesOnWithExactlyTheRest(compression: LogFolder.Compression) async throws {
        let folder = try LogFolder()
        let ending = compression.ending
        try folder.write(compression.compress(Self.text), to: "a.log" + ending)
        let sink = CollectingSink()
        try await FilePatternTests.tailing(folder, ["*" + ending], sink) { _ in await sink.waitForRecords(Self.lines.count) }
        for (after, cursor) in sink.cursors.dropLast() where after < Self.lines.count {
            let rest = CollectingSink()
            try await FilePatternTests.tailing(folder, ["*" + ending], rest, from: [cursor]) { _ in
                await rest.waitForRecords(Self.lines.count - after)
            }
            #expect(rest.texts == Array(Self.lines[after...]))
        }
    }

    @Test(arguments: LogFolder.Compression.allCases)
    func isReadAsFarAsItGoesAndOnWhenItHasGrown(compression: LogFolder.Compression) async throws {
        let folder = try LogFolder()
        let ending = compression.ending
        // Two members or frames, and the file ends in the middle of the first, of the second, and after it.
        let half = Self.text.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let bytes = compression.compress(Array(Self.text[..<half])) + compression.compress(Array(Self.text[half...]))
        let sink = CollectingSink()
        try await FilePatternTests.tailing(folder, ["*" + ending], sink) { _ in
            try folder.write(Array(bytes[..<3]), to: "a.log" + ending)
            var written = 3
            for end in [20, bytes.count / 2, bytes.count - 5, bytes.count] {
                try folder.write(Array(bytes[written..<end]), to: "a.log" + ending, O_WRONLY | O_APPEND)
                written = end
                try await Task.sleep(for: .milliseconds(15))
            }
            await sink.waitForRecords(Self.lines.count)
            // A member appended later.
            try folder.write(compression.compress(Array("more\n".utf8)), to: "a.log" + ending, O_WRONLY | O_APPEND)
            await sink.waitForRecords(Self.lines.count + 1)
        }
        #expect(sink.texts == Self.lines + ["more"])
        try folder.write(compression.compress(Array("last\n".utf8)), to: "a.log" + ending, O_WRONLY | O_APPEND)
        let second = CollectingSink()
        try await FilePatternTests.tailing(folder, ["*" + ending], second, from: sink.committed()) { _ in await second.waitForRecords(1) }
        #expect(second.texts == ["last"])
    }

    /// logrotate's `compress` with and without `delaycompress`, while the daemon is down.
    @Test(arguments: LogFolder.Compression.allCases, [1, 2])
    func theRestIsReadFromTheCompressedSibling(compression: LogFolder.Compression, generation: Int) async throws {
        let folder = try LogFolder()
        let sink = CollectingSink()
        try folder.append("one\ntwo\n", to: "a.log")
        try await FilePatternTests.tailing(folder, ["a.log"], sink) { _ in await sink.waitForRecords(2) }
        try folder.append("three\nlast", to: "a.log")
        for number in 1...generation {
            try folder.rotate("a.log")
            try folder.append("of \(number)\n", to: "a.log")
        }
        try folder.compress("a.log.\(generation)", compression)
        let second = CollectingSink()
        try await FilePatternTests.tailing(folder, ["a.log"], second, from: sink.committed()) { _ in
            await second.waitForRecords(2 + generation)
        }
        #expect(second.texts == ["three", "last"] + (1...generation).map { "of \($0)" })
        #expect(second.drops.isEmpty)
    }

    /// A generation that was found first as `a.log.1` has another name by the time it is compressed: logrotate's `delaycompress`
    /// between two looks.
    @Test(arguments: LogFolder.Compression.allCases)
    func aGenerationFoundRotatedIsKnownWhereItWentCompressed(compression: LogFolder.Compression) async throws {
        let folder = try LogFolder()
        let sink = CollectingSink()
        let padding = String(repeating: "x", count: 300)
        @Sendable func record(_ number: Int) -> String { "\(number) \(padding)" }
        try folder.append(record(0) + "\n", to: "a.log")
        try folder.rotate("a.log")
        try folder.append(record(1) + "\n", to: "a.log")
        try await FilePatternTests.tailing(folder, ["a.log*"], sink) { _ in
            for number in 2...20 {
                await sink.waitForRecords(number)
                let oldest = compression.compress(try folder.contents("a.log.1"))
                try folder.write(oldest, to: "packed")
                try folder.remove("a.log.1")
                try folder.move("packed", to: "a.log.\(number)\(compression.ending)")
                try folder.move("a.log", to: "a.log.1")
                try folder.append(record(number) + "\n", to: "a.log")
            }
            await sink.waitForRecords(21)
            try folder.append("last\n", to: "a.log")
            await sink.waitForRecords(22)
        }
        #expect(sink.texts == (0...20).map(record) + ["last"])
    }

    @Test(arguments: LogFolder.Compression.allCases, [100, 3_000])
    func aFileWrittenAnewInItsPlaceIsAnotherContent(compression: LogFolder.Compression, count: Int) async throws {
        let folder = try LogFolder()
        let sink = CollectingSink()
        let name = "a.log" + compression.ending
        try folder.write(compression.compress(Self.text), to: name)
        let others = Self.lines.prefix(count).map { "other \($0)" }
        try await FilePatternTests.tailing(folder, ["a.log*"], sink) { _ in
            await sink.waitForRecords(Self.lines.count)
            try await eventually { Self.isConsumed(sink) }
            try folder.write(compression.compress(Array(others.map { $0 + "\n" }.joined().utf8)), to: name)
            await sink.waitForRecords(Self.lines.count + count)
        }
        #expect(sink.texts == Self.lines + others)
        #expect(sink.drops.isEmpty)
    }

    @Test func aBombIsReadWithinBounds() async throws {
        let folder = try LogFolder()
        // 64 MB in 64 kB, one line.
        try folder.write(Compressing.gzip([UInt8](repeating: UInt8(ascii: "x"), count: 64 << 20) + Array("\nnext\n".utf8)), to: "a.gz")
        let sink = CollectingSink()
        try await FilePatternTests.tailing(folder, ["*.gz"], sink, { $0.maximumLineBytes = 1_000 }) { _ in await sink.waitForRecords(2) }
        #expect(sink.records.map(\.flaw) == [.truncated, .none])
        #expect(sink.texts.map(\.utf8.count) == [1_000, 4])
    }

    @Test func manyAreReadInTurns() async throws {
        let folder = try LogFolder()
        for number in 0..<12 {
            let compression = LogFolder.Compression.allCases[number % 2]
            let lines = (0..<2_000).map { "\(number) \($0)\n" }.joined()
            try folder.write(compression.compress(Array(lines.utf8)), to: "\(number).x\(compression.ending)")
        }
        let sink = CollectingSink()
        try await FilePatternTests.tailing(folder, ["*.{gz,zst}"], sink) { collector in
            await sink.waitForRecords(24_000)
            #expect(collector.status.filesOpen <= 2)
        }
        for number in 0..<12 {
            #expect(sink.texts.filter { $0.hasPrefix("\(number) ") } == (0..<2_000).map { "\(number) \($0)" })
        }
    }

    @Test func damagedDataIsToldAndCountedOnce() async throws {
        let folder = try LogFolder()
        var bytes = Compressing.gzip(Self.text)
        for index in bytes.count / 2..<bytes.count / 2 + 64 { bytes[index] ^= 0xA5 }
        try folder.write(bytes, to: "a.gz")
        try folder.write(Compressing.gzip(Array("fine\n".utf8)), to: "b.gz")
        let sink = CollectingSink()
        try await FilePatternTests.tailing(folder, ["*.gz"], sink) { collector in
            try await eventually { collector.status.dropped == 1 && sink.texts.contains("fine") }
        }
        let read = sink.texts.filter { $0 != "fine" }
        #expect(read == Array(Self.lines.prefix(read.count)) && read.count < Self.lines.count)
        let second = CollectingSink()
        try await FilePatternTests.tailing(folder, ["*.gz"], second, from: sink.committed()) { collector in
            try await eventually { collector.status.filesMatched == 2 }
        }
        #expect(second.texts.isEmpty && second.drops.isEmpty)
    }

    @Test func anEndingAloneMakesNoCompressedFile() async throws {
        let folder = try LogFolder()
        try folder.append("plain text\n", to: "a.gz")
        let sink = CollectingSink()
        try await FilePatternTests.tailing(folder, ["*.gz"], sink) { _ in await sink.waitForRecords(1) }
        #expect(sink.texts == ["plain text"])
    }
}
