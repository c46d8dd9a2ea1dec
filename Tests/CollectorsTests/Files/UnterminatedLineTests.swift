import Collectors
import EventModel
import Testing

/// The last line of a file that does not grow any more and has no newline.
struct UnterminatedLineTests {
    private static func tailing(
        _ folder: LogFolder, _ sink: CollectingSink, from cursors: [SourceCursor] = [], format: FileFormat = .lines,
        _ body: @escaping @Sendable (FileCollector) async throws -> Void
    ) async throws {
        let change: (inout FileConfiguration) -> Void = {
            $0.unterminatedAfter = .milliseconds(60)
            $0.format = format
        }
        try await FilePatternTests.tailing(folder, ["a.log"], sink, from: cursors, change, body)
    }

    @Test func isARecordAfterAWhileAndItsContinuationAnother() async throws {
        let folder = try LogFolder()
        let sink = CollectingSink()
        try await Self.tailing(folder, sink) { _ in
            try folder.append("one\ntwo", to: "a.log")
            await sink.waitForRecords(2)
            try folder.append(" and a half\nthree\n", to: "a.log")
            await sink.waitForRecords(4)
            try folder.append("four", to: "a.log")
            await sink.waitForRecords(5)
            // Only the newline was missing.
            try folder.append("\r\nfive\n", to: "a.log")
            await sink.waitForRecords(6)
        }
        #expect(sink.texts == ["one", "two", " and a half", "three", "four", "five"])
        #expect(sink.records.map(\.flaw) == [.none, .none, .fragment, .none, .none, .none])
    }

    @Test func aRestartKnowsThatTheLineGoesOn() async throws {
        let folder = try LogFolder()
        let sink = CollectingSink()
        try await Self.tailing(folder, sink) { _ in
            try folder.append("one\ntwo", to: "a.log")
            await sink.waitForRecords(2)
        }
        try folder.append(" and a half\nthree\n", to: "a.log")
        for (after, cursors) in [(1, sink.committed(batches: 1)), (2, sink.committed())] {
            let next = CollectingSink()
            try await Self.tailing(folder, next, from: cursors) { _ in await next.waitForRecords(2) }
            #expect(next.texts == (after == 1 ? ["two and a half", "three"] : [" and a half", "three"]))
            #expect(next.records.map(\.flaw) == [after == 1 ? .none : .fragment, .none])
        }
    }

    @Test func aFileThatGrowsIsWaitedFor() async throws {
        let folder = try LogFolder()
        let sink = CollectingSink()
        try await Self.tailing(folder, sink) { _ in
            for _ in 0..<12 {
                try folder.append("x", to: "a.log")
                try await Task.sleep(for: .milliseconds(10))
            }
            try folder.append("\n", to: "a.log")
            await sink.waitForRecords(1)
        }
        #expect(sink.texts.joined() == String(repeating: "x", count: 12))
    }

    @Test func aJSONValueThatIsNotCompletedIsKept() async throws {
        let folder = try LogFolder()
        let sink = CollectingSink()
        try await Self.tailing(folder, sink, format: .json) { _ in
            try folder.append("[\n  {\"a\":\n 1},\n  {\"b\":", to: "a.log")
            await sink.waitForRecords(2)
            try folder.append(" 2},\n  {\"c\": 3}\n]\n", to: "a.log")
            await sink.waitForRecords(4)
        }
        #expect(sink.texts == ["{\"a\":\n 1}", "{\"b\":", " 2},", "{\"c\": 3}"])
        #expect(sink.records.map(\.flaw) == [.none, .incompleteFrame, .fragment, .none])
    }

    @Test func everyCursorOfAJSONFileGoesOnWithExactlyTheRest() async throws {
        let folder = try LogFolder()
        let values = (0..<1_500).map { "{\n  \"number\": \($0),\n  \"nested\": [{\"text\": \"}\\\"\"}]\n}" }
        try folder.append("[\n" + values.joined(separator: ",\n") + "\n]\n", to: "a.log")
        let sink = CollectingSink()
        try await Self.tailing(folder, sink, format: .json) { _ in await sink.waitForRecords(values.count) }
        #expect(sink.texts == values)
        for (after, cursor) in sink.cursors where after < values.count {
            let rest = CollectingSink()
            try await Self.tailing(folder, rest, from: [cursor], format: .json) { _ in await rest.waitForRecords(values.count - after) }
            #expect(rest.texts == Array(values[after...]))
        }
    }
}
