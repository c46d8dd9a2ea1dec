import Collectors
import EventModel
import TestSupport
import Testing

/// Hostile streams against a plain re-statement of the rules that sees the whole input at once.
struct SyslogFramingFuzzTests {
    /// The framing rules, written for clarity: no pieces, no state, no speed.
    static func reference(_ bytes: [UInt8], limit: Int) -> [FrameFeed.Frame] {
        var frames: [FrameFeed.Frame] = []
        func add(_ record: ArraySlice<UInt8>, _ flaw: RecordFlaw) {
            var record = record
            while flaw != .truncated, let last = record.last, [0, 10, 13].contains(last) { record.removeLast() }
            if !record.isEmpty { frames.append(.init(bytes: Array(record), flaw: flaw)) }
        }
        var at = 0
        while at < bytes.count {
            if bytes[at] == 0 || bytes[at] == 10 {
                at += 1
                continue
            }
            let digits = bytes[at...].prefix { (0x30...0x39).contains($0) }
            let after = bytes[digits.endIndex...]
            var flaw = RecordFlaw.none
            if bytes[at] != 0x30, (1...20).contains(digits.count), after.starts(with: Array(" <".utf8)) {
                let count = Int(String(decoding: digits, as: UTF8.self)) ?? .max
                if count <= SyslogFraming.maximumCount {
                    let body = after.dropFirst().prefix(count)
                    let whole = body.count == count
                    add(body.prefix(limit), body.count > limit ? .truncated : whole ? .none : .incompleteFrame)
                    at = body.endIndex
                    continue
                }
                flaw = .badFrameLength
            }
            let line = bytes[at...].prefix { $0 != 0 && $0 != 10 }
            add(line.prefix(limit), line.count > limit && flaw == .none ? .truncated : flaw)
            at = line.endIndex + 1
        }
        return frames
    }

    @Test(arguments: UInt64(0)..<200)
    func randomPieces(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let pieces = [
            "<13>", "<", "7 <13>one", "12 <14>a", "3 <", "\n", "\r\n", "\0", "\0\0\0", "1", "90", " ", "99999999999 <1>",
            "{\"a\":1}",
            "134217729 <2>", "é", "0", "20 <15>twenty characters", String(repeating: "x", count: 40),
            String(repeating: "9", count: 21),
        ]
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...60, using: &random) {
            if Int.random(in: 0..<8, using: &random) == 0 {
                bytes += (0..<Int.random(in: 0..<30, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            } else {
                bytes += pieces.randomElement(using: &random)!.utf8
            }
        }
        let limit = Int.random(in: 1...48, using: &random)
        let cuts = (0..<Int.random(in: 0..<20, using: &random)).map { _ in Int.random(in: 0...bytes.count, using: &random) }
            .sorted()
        let expected = Self.reference(bytes, limit: limit)
        #expect(FrameFeed.frames(of: bytes, .auto, limit, cuts: cuts) == expected)
        #expect(FrameFeed.frames(of: bytes, .auto, limit, cuts: Array(0...bytes.count)) == expected)
    }

    @Test func longLinesAreBounded() {
        let line = [UInt8](repeating: 0x61, count: 10 << 20)
        let input = line + [10] + Array("10485760 <".utf8) + line.dropFirst() + Array("<13>after\n".utf8) + line
        let frames = FrameFeed.frames(of: input, .auto, 1 << 20, cuts: Array(stride(from: 0, to: input.count, by: 65_521)))
        #expect(frames.map(\.bytes.count) == [1 << 20, 1 << 20, 9, 1 << 20])
        #expect(frames.map(\.flaw) == [.truncated, .truncated, .none, .truncated])
    }

    @Test func manySmallFramesFillSeveralBatches() {
        let input = Array(String(repeating: "a\n3 <1>", count: 2_000).utf8)
        let frames = FrameFeed.frames(of: input, .auto, 1 << 20)
        #expect(frames.count == 4_000)
        #expect(frames.allSatisfy { $0.flaw == .none })
    }
}
