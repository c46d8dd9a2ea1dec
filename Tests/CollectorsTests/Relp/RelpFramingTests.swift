import Collectors
import TestSupport
import Testing

struct RelpFramingTests {
    struct Frame: Equatable {
        var transaction: Int
        var command: RelpCommand
        var data: [UInt8]
        var isCut = false

        init(_ transaction: Int, _ command: RelpCommand, _ data: String = "", isCut: Bool = false) {
            self.transaction = transaction
            self.command = command
            self.data = Array(data.utf8)
            self.isCut = isCut
        }
    }

    /// - Parameter cuts: rising positions at which the reads are cut.
    static func frames(
        of bytes: [UInt8], limit: Int = 100, cuts: [Int] = []
    ) -> (frames: [Frame], violation: RelpViolation?, open: Int) {
        var framing = RelpFraming(maximumDataBytes: limit)
        var frames: [Frame] = []
        var violation: RelpViolation?
        var start = 0
        for cut in cuts + [bytes.count] {
            let piece = Array(bytes[start..<cut])
            piece.withUnsafeBytes { raw in
                var position = 0
                do throws(RelpViolation) {
                    while let frame = try framing.next(in: raw, from: &position) {
                        var seen = Frame(frame.transaction, frame.command, isCut: frame.isCut)
                        seen.data = framing.withData(of: raw) { Array($0) }
                        frames.append(seen)
                    }
                } catch {
                    violation = error
                }
            }
            if violation != nil { break }
            #expect(framing.bufferedBytes <= max(limit, RelpFraming.maximumOfferBytes) + 32)
            start = cut
        }
        return (frames, violation, framing.openBytes)
    }

    static let conversation =
        "1 open 19 relp_version=0\na=b\n\n2 syslog 3 a\nb\n3 syslog 0\n4 syslog 0 \n999999999 close 0\n5 abort 0\n6 starttls 2 xy\n"
    static let conversationFrames = [
        Frame(1, .open, "relp_version=0\na=b\n"), Frame(2, .syslog, "a\nb"), Frame(3, .syslog), Frame(4, .syslog),
        Frame(999_999_999, .close), Frame(5, .abort), Frame(6, .other, "xy"),
    ]

    @Test func howTheStreamIsCutDoesNotMatter() {
        let bytes = Array(Self.conversation.utf8)
        #expect(Self.frames(of: bytes).frames == Self.conversationFrames)
        for cut in 1..<bytes.count { #expect(Self.frames(of: bytes, cuts: [cut]).frames == Self.conversationFrames) }
        let everywhere = Self.frames(of: bytes, cuts: Array(1..<bytes.count))
        #expect(everywhere.frames == Self.conversationFrames && everywhere.open == 0)
    }

    @Test func aMessageAboveTheLimitIsCutAndTheNextIsWhole() {
        let bytes = Array("7 syslog 12 twelve bytes\n8 syslog 3 abc\n".utf8)
        let expected = [Frame(7, .syslog, "twel", isCut: true), Frame(8, .syslog, "abc")]
        for cut in 0..<bytes.count { #expect(Self.frames(of: bytes, limit: 4, cuts: [cut]).frames == expected) }
    }

    @Test(
        arguments: [
            ("x", RelpViolation.transactionNumber), (" syslog 0\n", .transactionNumber), ("1234567890 ", .transactionNumber),
            ("1\n", .transactionNumber), ("-1 ", .transactionNumber), ("<13>plain syslog\n", .transactionNumber),
            ("1 sys1og ", .command), ("1  0", .command), ("1 " + String(repeating: "a", count: 33), .command),
            ("1 rsp 6 200 OK\n", .command), ("0 serverclose 0\n", .command), ("1 syslog\n", .command),
            ("1 syslog x", .length), ("1 syslog  1 a\n", .length), ("1 syslog 1234567890 ", .length), ("1 syslog 3\n", .length),
            ("1 syslog 134217729 ", .tooLong), ("1 open 4097 ", .tooLong), ("1 close 999999999 ", .tooLong),
            ("1 syslog 2 abc\n", .trailer), ("1 syslog 0 x", .trailer), ("1 syslog 0\r\n", .trailer),
        ])
    func violations(text: String, violation: RelpViolation) {
        let bytes = Array(text.utf8)
        #expect(Self.frames(of: bytes).violation == violation)
        #expect(Self.frames(of: bytes, cuts: Array(1..<bytes.count)).violation == violation)
    }

    @Test(arguments: UInt64(0)..<150)
    func randomPieces(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes: [UInt8] = []
        var expected: [Frame] = []
        let limit = Int.random(in: 1...60, using: &random)
        // Sound frames with any bytes in them, and then what comes.
        for number in 1...Int.random(in: 1...30, using: &random) {
            let data = (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            bytes += Array("\(number) syslog \(data.count)".utf8) + (data.isEmpty ? [] : [0x20] + data) + [0x0A]
            var frame = Frame(number, .syslog, isCut: data.count > limit)
            frame.data = Array(data.prefix(limit))
            expected.append(frame)
        }
        let sound = bytes.count
        bytes += (0..<Int.random(in: 0...50, using: &random)).map { _ in "0123456789 syslogpen\n".utf8.randomElement(using: &random)! }
        let cuts = (0..<Int.random(in: 0...20, using: &random)).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
        let whole = Self.frames(of: bytes, limit: limit)
        let pieces = Self.frames(of: bytes, limit: limit, cuts: cuts)
        #expect(Array(whole.frames.prefix(expected.count)) == expected)
        #expect(whole.frames == pieces.frames && whole.violation == pieces.violation)
        #expect(Self.frames(of: Array(bytes[..<sound]), limit: limit, cuts: cuts.filter { $0 <= sound }).frames == expected)
    }
}
