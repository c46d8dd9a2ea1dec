import Collectors
import EventModel
import Testing

/// Real files, renamed, copied and truncated under the collector.
struct FileCollectorTests {
    static func collector(
        _ path: String, _ sink: CollectingSink, cursors: [SourceCursor] = [], maximumLineBytes: Int = 1 << 20
    ) throws -> FileCollector {
        try FileCollector(
            source: Source(id: 0, name: "audit"),
            configuration: FileConfiguration(
                path: path, maximumLineBytes: maximumLineBytes, pollInterval: .milliseconds(5), rotateWait: .milliseconds(20)),
            cursors: cursors, sink: sink, logger: .quiet)
    }

    /// Runs a collector on the writer's file.
    static func tailing(
        _ writer: LogWriter, _ sink: CollectingSink, from cursors: [SourceCursor] = [], maximumLineBytes: Int = 1 << 20,
        _ body: @escaping @Sendable (FileCollector) async throws -> Void
    ) async throws {
        try await running(
            try collector(writer.path, sink, cursors: cursors, maximumLineBytes: maximumLineBytes), body)
    }

    @Test func waitsForTheFileAndFollowsIt() async throws {
        let writer = try LogWriter()
        let sink = CollectingSink()
        try await Self.tailing(writer, sink) { _ in
            try await writer.append("one\ntwo\n")
            await sink.waitForRecords(2)
            try await writer.append("three\r\n\n\0\0")
            await sink.waitForRecords(3)
            try await writer.append("four\n")
            await sink.waitForRecords(4)
        }
        #expect(sink.texts == ["one", "two", "three", "four"])
        #expect(sink.lastCursor?.name == "file:audit:\(writer.path)")
    }

    @Test func aLineWithoutNewlineIsHeldBackUntilItHasOne() async throws {
        let writer = try LogWriter()
        let sink = CollectingSink()
        try await Self.tailing(writer, sink) { collector in
            try await writer.append("one\ntw")
            try await eventually { collector.status.unreadBytes == 2 }
            #expect(sink.texts == ["one"])
            try await writer.append("o\n")
            await sink.waitForRecords(2)
        }
        #expect(sink.texts == ["one", "two"])
    }

    @Test func renameAndCreate() async throws {
        let writer = try LogWriter()
        let sink = CollectingSink()
        try await Self.tailing(writer, sink) { collector in
            try await writer.append("one\n")
            await sink.waitForRecords(1)
            try await writer.append("two\nlast")
            try await writer.rotate()
            try await writer.append("three\n")
            await sink.waitForRecords(4)
            #expect(collector.status.rotations == 1)
        }
        #expect(sink.texts == ["one", "two", "last", "three"])
    }

    @Test func aRenamedFileIsReadWhileItsSuccessorIsMissing() async throws {
        let writer = try LogWriter()
        let sink = CollectingSink()
        try await Self.tailing(writer, sink) { collector in
            try await writer.append("one\n")
            await sink.waitForRecords(1)
            try await writer.rotate(create: false)
            try await writer.append("late\n", to: ".1")
            await sink.waitForRecords(2)
            try await writer.append("three\n")
            await sink.waitForRecords(3)
        }
        #expect(sink.texts == ["one", "late", "three"])
    }

    @Test func theLastLineOfARotatedFileComesThoughTheNextIsEmpty() async throws {
        let writer = try LogWriter()
        let sink = CollectingSink()
        try await Self.tailing(writer, sink) { _ in
            try await writer.append("one\nlast")
            await sink.waitForRecords(1)
            try await writer.rotate()
            await sink.waitForRecords(2)
        }
        #expect(sink.texts == ["one", "last"])
    }

    @Test func severalRotationsWhileTheSinkIsFull() async throws {
        let writer = try LogWriter()
        let sink = CollectingSink(room: 1)
        try await Self.tailing(writer, sink) { _ in
            try await writer.append("one\n")
            await sink.waitForRecords(1)
            for line in ["two", "three", "four", "five"] {
                try await writer.append(line + "\n")
                try await writer.rotate()
            }
            try await writer.append("six\n")
            sink.addRoom(100)
            await sink.waitForRecords(6)
        }
        #expect(sink.texts == ["one", "two", "three", "four", "five", "six"])
        #expect(sink.drops.isEmpty)
    }

    @Test func copyTruncateLosesNothingThatIsInTheCopy() async throws {
        let writer = try LogWriter()
        let sink = CollectingSink(room: 1)
        try await Self.tailing(writer, sink) { _ in
            try await writer.append("one\n")
            await sink.waitForRecords(1)
            try await writer.append("two\nthree\n")
            try await eventually { sink.isRefusing }
            try await writer.append("four\n")
            try await writer.copyTruncate()
            // As long as what was read: only the first bytes tell that it is another content.
            try await writer.append("five\nsix\nseven\neight\n")
            sink.addRoom(100)
            await sink.waitForRecords(8)
        }
        #expect(sink.texts == ["one", "two", "three", "four", "five", "six", "seven", "eight"])
        #expect(sink.drops.isEmpty)
    }

    @Test func truncationWithoutACopyCountsWhatWasSeenUnread() async throws {
        let writer = try LogWriter()
        let sink = CollectingSink()
        try await Self.tailing(writer, sink) { collector in
            try await writer.append("one\nhalf a line")
            try await eventually { collector.status.unreadBytes == 11 }
            try await writer.copyTruncate(keepCopy: false)
            try await writer.append("new\n")
            await sink.waitForRecords(2)
            #expect(collector.status.dropped == 1)
        }
        #expect(sink.texts == ["one", "new"])
        #expect(sink.drops == [.sourceTruncated: 1])
    }

    @Test func truncationWithNothingUnreadLosesNothing() async throws {
        let writer = try LogWriter()
        let sink = CollectingSink()
        try await Self.tailing(writer, sink) { _ in
            try await writer.append("one\n")
            await sink.waitForRecords(1)
            try await writer.copyTruncate(keepCopy: false)
            try await writer.append("2\n")
            await sink.waitForRecords(2)
        }
        #expect(sink.texts == ["one", "2"])
        #expect(sink.drops.isEmpty)
    }

    @Test func longLinesAreCutOff() async throws {
        let writer = try LogWriter()
        let sink = CollectingSink()
        try await Self.tailing(writer, sink, maximumLineBytes: 300_000) { _ in
            try await writer.append(String(repeating: "x", count: 10 << 20) + "\nnext\n")
            try await writer.append(String(repeating: "y", count: 300_000) + "\n")
            await sink.waitForRecords(3)
        }
        #expect(sink.records.map(\.flaw) == [.truncated, .none, .none])
        #expect(sink.texts.map(\.utf8.count) == [300_000, 4, 300_000])
    }

    @Test func everyCursorGoesOnWithExactlyTheRest() async throws {
        let writer = try LogWriter()
        let sink = CollectingSink()
        let lines = (0..<2_000).map { "line \($0)" }
        try await Self.tailing(writer, sink) { _ in
            try await writer.append(lines.joined(separator: "\r\n") + "\n")
            await sink.waitForRecords(lines.count)
        }
        #expect(sink.cursors.count >= 4)
        for (after, cursor) in sink.cursors.dropLast() {
            let rest = CollectingSink()
            try await Self.tailing(writer, rest, from: [cursor]) { _ in await rest.waitForRecords(lines.count - after) }
            #expect(rest.texts == Array(lines[after...]))
        }
    }

    @Test func aRestartWithinALongLineSkipsItsRest() async throws {
        let writer = try LogWriter()
        let sink = CollectingSink()
        try await Self.tailing(writer, sink, maximumLineBytes: 1_000) { _ in
            try await writer.append(String(repeating: "x", count: 5_000))
            await sink.waitForRecords(1)
        }
        let second = CollectingSink()
        try await Self.tailing(writer, second, from: sink.committed(), maximumLineBytes: 1_000) { _ in
            try await writer.append("xxx\nnext\n")
            await second.waitForRecords(1)
        }
        #expect(second.texts == ["next"])
    }

    @Test func rotationsWhileStopped() async throws {
        let writer = try LogWriter()
        let sink = CollectingSink()
        try await writer.append("zero\n")
        try await writer.rotate()
        try await Self.tailing(writer, sink) { _ in
            try await writer.append("one\n")
            await sink.waitForRecords(1)
        }
        for line in ["two", "three", "four"] {
            try await writer.append(line + "\n")
            try await writer.rotate()
        }
        try await writer.append("five\n")
        let second = CollectingSink()
        try await Self.tailing(writer, second, from: sink.committed()) { _ in await second.waitForRecords(4) }
        #expect(sink.texts == ["one"])
        #expect(second.texts == ["two", "three", "four", "five"])
    }

    @Test func copyTruncateWhileStopped() async throws {
        let writer = try LogWriter()
        let sink = CollectingSink()
        try await Self.tailing(writer, sink) { _ in
            try await writer.append("one\n")
            await sink.waitForRecords(1)
        }
        try await writer.append("two\n")
        try await writer.copyTruncate()
        try await writer.append("three\nfour\n")
        let second = CollectingSink()
        try await Self.tailing(writer, second, from: sink.committed()) { _ in await second.waitForRecords(3) }
        #expect(second.texts == ["two", "three", "four"])
    }

    @Test func theOldFileIsGoneAfterARestart() async throws {
        let writer = try LogWriter()
        let sink = CollectingSink()
        try await Self.tailing(writer, sink) { collector in
            try await writer.append("one\nunread")
            try await eventually { collector.status.unreadBytes == 6 }
        }
        try await writer.rotate()
        try await writer.append("two\n")
        try await writer.remove(".1")
        let second = CollectingSink()
        // The cursor was taken when all of the line was in the file.
        try await Self.tailing(writer, second, from: sink.committed()) { _ in await second.waitForRecords(1) }
        #expect(second.texts == ["two"])
        #expect(second.drops == [.sourceTruncated: 1])
    }
}
