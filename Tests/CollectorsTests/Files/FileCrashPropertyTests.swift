import Collectors
import EventModel
import TestSupport
import Testing

/// Several files of a pattern, written, rotated in every way and compressed while the collector runs, stops and is killed: each line
/// once. A kill is a restart from what was committed at any earlier moment: the batches after it were never stored.
struct FileCrashPropertyTests {
    /// One log, and the lines that were written to it.
    private struct Log: Sendable {
        var name: String
        var lines: [String] = []
        /// The beginning of a line whose newline is not written yet.
        var partial = ""
        /// The first complete line of what stands in the file now.
        var first: String?

        mutating func text(_ random: inout SeededGenerator) -> String {
            var text = ""
            for _ in 0..<Int.random(in: 1...30, using: &random) {
                let padding = String(repeating: "x", count: Int.random(in: 0...300, using: &random))
                let line = partial.isEmpty ? "\(name) \(lines.count) \(padding)" : partial + padding
                text += (partial.isEmpty ? line : padding) + "\n"
                lines.append(line)
                if first == nil { first = line }
                partial = ""
            }
            if Int.random(in: 0...2, using: &random) == 0 {
                partial = "\(name) \(lines.count) begins"
                text += partial
            }
            return text
        }

        mutating func endFile() {
            if !partial.isEmpty { lines.append(partial) }
            partial = ""
            first = nil
        }
    }

    /// All of them, and the operations on them.
    private actor World {
        var random: SeededGenerator
        let folder: LogFolder
        var logs = ["a.log", "b.log", "c.log"].map { Log(name: $0) }

        /// Lines are completed before a rotation: the rest of a rotated file that itself matches is a record only after
        /// `unterminatedAfter`.
        let endsLines: Bool

        init(seed: UInt64, endsLines: Bool) throws {
            self.endsLines = endsLines
            random = SeededGenerator(seed: seed)
            folder = try LogFolder()
            try folder.switchLink("c.log")
        }

        var total: Int { logs.reduce(0) { $0 + $1.lines.count } }
        func path(_ name: String) -> String { folder.path(name) }
        func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

        func append(_ index: Int) throws {
            try folder.append(logs[index].text(&random), to: logs[index].name)
        }

        /// A first start reads what matches, not what was rotated before: it sees the first of each.
        func begin(_ sink: CollectingSink) async throws {
            for index in logs.indices { try append(index) }
            await sink.waitForRecords(total)
        }

        func operate(_ times: Int, _ sink: CollectingSink?, received: Set<String> = []) async throws {
            for _ in 0..<times { try await operate(sink, received) }
        }

        func finish(_ sink: CollectingSink, earlier: Int) async throws {
            for index in logs.indices where !logs[index].partial.isEmpty {
                try folder.append("\n", to: logs[index].name)
                logs[index].endFile()
            }
            await sink.waitForRecords(total - earlier)
        }

        /// - Parameters:
        ///   - sink: of the collector that runs now, if one does.
        ///   - received: what was committed before.
        private func operate(_ sink: CollectingSink?, _ received: Set<String>) async throws {
            let index = pick(0...2)
            let name = logs[index].name
            guard logs[index].first != nil, pick(0...2) == 0 else { return try append(index) }
            let operation = pick(0...5)
            if endsLines, !logs[index].partial.isEmpty, operation < 4 {
                try folder.append("\n", to: name)
                logs[index].lines.append(logs[index].partial)
                logs[index].partial = ""
            }
            switch (index, operation) {
            case (2, 0...3):
                try folder.switchLink(name)
                logs[index].endFile()
            case (0...1, 0):
                try folder.rotate(name)
                logs[index].endFile()
            case (0...1, 1):
                // A content that is truncated before its first line was read is known by nobody: copytruncate's race.
                if let sink, let first = logs[index].first, !received.contains(first) {
                    #expect(try await eventually { sink.texts.contains(first) })
                }
                try folder.copyTruncate(name)
                logs[index].endFile()
            case (0...1, 2): try folder.replace(name, adding: logs[index].text(&random))
            default:
                let plain = (1...5).map { "\(name).\($0)" }.filter(folder.exists)
                guard let rotated = plain.randomElement(using: &random) else { return try append(index) }
                try folder.compress(rotated, LogFolder.Compression.allCases[pick(0...1)])
            }
        }
    }

    private static func collector(_ pattern: String, _ sink: CollectingSink, _ cursors: [SourceCursor]) throws -> FileCollector {
        var configuration = FileConfiguration(paths: [pattern], pollInterval: .milliseconds(5), rotateWait: .milliseconds(20))
        // Few, so that files are closed and opened again.
        configuration.maximumOpenFiles = 3
        return try FileCollector(
            source: Source(id: 0, name: "audit"), configuration: configuration, cursors: cursors, sink: sink, logger: .quiet)
    }

    @Test(arguments: UInt64(1)...20, ["*.log", "*.log*"])
    func eachLineOnce(seed: UInt64, pattern: String) async throws {
        let world = try World(seed: seed, endsLines: pattern == "*.log*")
        var cursors: [SourceCursor] = []
        var received: [String] = []
        for run in 0..<6 {
            let sink = CollectingSink()
            let collector = try Self.collector(await world.path(pattern), sink, cursors)
            let (isFirst, isLast, earlier, before) = (run == 0, run == 5, received.count, Set(received))
            try await running(collector) { _ in
                if isFirst { return try await world.begin(sink) }
                try await world.operate(await world.pick(1...12), sink, received: before)
                if isLast { try await world.finish(sink, earlier: earlier) }
            }
            #expect(sink.drops.isEmpty)
            // Killed: only so many batches were committed.
            let committed = isFirst || isLast ? sink.batches : await world.pick(0...sink.batches)
            received += sink.texts.prefix(sink.records(after: committed))
            let new = sink.committed(batches: committed)
            cursors = cursors.filter { cursor in !sink.names(batches: committed).contains(cursor.name) } + new
            if !isLast { try await world.operate(await world.pick(0...6), nil) }
        }
        for log in await world.logs {
            let ours = received.filter { $0.hasPrefix(log.name) }
            let counts = Dictionary(grouping: ours, by: { $0 }).mapValues(\.count)
            let wrong = log.lines.filter { counts[$0] != 1 }.map { "\($0.prefix(12)) \(counts[$0] ?? 0) times" }
            #expect(wrong.isEmpty, "\(log.name)")
            #expect(ours.count == log.lines.count, "\(Set(ours).subtracting(log.lines).map { $0.prefix(40) })")
            // Of files that match each by itself only each one's own order is promised.
            if pattern == "*.log" { #expect(ours == log.lines, "\(log.name)") }
        }
    }
}
