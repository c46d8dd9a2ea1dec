import Collectors
import EventModel
import TestSupport
import Testing

/// Whatever is done to the file, and whenever the collector is stopped: each line once, in order.
struct FileCollectorPropertyTests {
    /// What a writer does, and which lines it has written.
    private struct Script: Sendable {
        var seed: UInt64
        let writer: LogWriter
        var lines: [String] = []
        /// The beginning of a line whose newline is not written yet.
        var partial = ""
        /// Whether the file at the path has a complete line that only this content has.
        var linesInFile = 0

        mutating func pick(_ range: ClosedRange<Int>) -> Int {
            var random = SeededGenerator(seed: seed)
            seed = random.next()
            return Int.random(in: range, using: &random)
        }

        mutating func append() async throws {
            var text = ""
            for _ in 0..<pick(1...40) {
                let padding = String(repeating: "x", count: pick(0...300))
                let line = "line \(lines.count) " + padding
                text += (partial.isEmpty ? line : " " + padding) + (pick(0...1) == 0 ? "\n" : "\r\n")
                lines.append(partial.isEmpty ? line : partial + " " + padding)
                partial = ""
                linesInFile += 1
            }
            if pick(0...2) == 0 {
                partial = "line \(lines.count) begins"
                text += partial
            }
            try await writer.append(text)
        }

        mutating func endFile() {
            if !partial.isEmpty { lines.append(partial) }
            partial = ""
            linesInFile = 0
        }
    }

    @Test(arguments: UInt64(1)...24)
    func eachLineOnceInOrder(seed: UInt64) async throws {
        let writer = try LogWriter()
        var script = Script(seed: seed, writer: writer)
        var cursors: [SourceCursor] = []
        var received: [String] = []
        var operations = 60
        while operations > 0 {
            // One run of the collector, over some of the operations.
            let sink = CollectingSink()
            let collector = try FileCollectorTests.collector(writer.path, sink, cursors: cursors)
            let earlier = received.count
            let run = script.pick(1...20)
            let isLast = operations <= run
            let start = script
            script = try await running(collector) { _ in
                var script = start
                // A first start reads the file at the path, not those rotated before: it must have seen the first.
                if earlier == 0 {
                    try await script.append()
                    await sink.waitForRecords(1)
                }
                for _ in 0..<run { try await Self.operate(&script, sink, earlier: earlier) }
                if isLast {
                    if !script.partial.isEmpty {
                        script.endFile()
                        try await script.writer.append("\n")
                    }
                    await sink.waitForRecords(script.lines.count - earlier)
                }
                return script
            }
            received += sink.texts
            #expect(sink.drops.isEmpty)
            cursors = Self.merged(cursors, sink.committed())
            // And some while it is stopped.
            if !isLast {
                for _ in 0..<script.pick(0...4) { try await Self.rotateOrAppend(&script) }
            }
            operations -= run
        }
        #expect(received == script.lines)
    }

    private static func merged(_ old: [SourceCursor], _ new: [SourceCursor]) -> [SourceCursor] {
        old.filter { cursor in !new.contains { $0.name == cursor.name } } + new
    }

    private static func operate(_ script: inout Script, _ sink: CollectingSink, earlier: Int) async throws {
        guard script.pick(0...5) == 0, script.linesInFile > 0 else {
            return try await rotateOrAppend(&script)
        }
        // A content of which nothing was read leaves no trace when it is truncated: the first line must have been seen.
        await sink.waitForRecords(script.lines.count - script.linesInFile + 1 - earlier)
        try await script.writer.copyTruncate()
        script.endFile()
    }

    private static func rotateOrAppend(_ script: inout Script) async throws {
        if script.pick(0...3) == 0, script.linesInFile > 0 {
            try await script.writer.rotate()
            script.endFile()
        } else {
            try await script.append()
        }
    }
}
