import Alerting
import TestSupport
import Testing

@Suite struct SMTPReplyTests {
    /// Everything in the text, fed in pieces of that many bytes.
    private static func read(_ text: String, piece: Int = .max) throws(SMTPReplyError) -> [SMTPReply] {
        var parser = SMTPReplyParser()
        var replies: [SMTPReply] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            parser.append(rest.prefix(piece))
            rest = rest.dropFirst(piece)
            while let reply = try parser.next() { replies.append(reply) }
        }
        return replies
    }

    @Test(arguments: [
        ("250 ok\r\n", [SMTPReply(code: 250, lines: ["ok"])]), ("250\r\n", [SMTPReply(code: 250, lines: [""])]),
        ("250 \r\n", [SMTPReply(code: 250, lines: [""])]), ("220 a\n", [SMTPReply(code: 220, lines: ["a"])]),
        ("250-a\r\n250-\r\n250 b\r\n", [SMTPReply(code: 250, lines: ["a", "", "b"])]), ("250-a\r\n250-b\r\n", []), ("250 ok", []),
        ("220 a\r\n421 b\r\n", [SMTPReply(code: 220, lines: ["a"]), SMTPReply(code: 421, lines: ["b"])]),
        ("250 größe\r\n", [SMTPReply(code: 250, lines: ["größe"])]),
        ("250 " + String(repeating: "x", count: 2_043) + "\r\n", [SMTPReply(code: 250, lines: [String(repeating: "x", count: 2_043)])]),
    ] as [(String, [SMTPReply])])
    func readsWhatIsComplete(text: String, expected: [SMTPReply]) throws {
        for piece in [1, 2, 7, .max] { #expect(try Self.read(text, piece: piece) == expected) }
    }

    @Test(arguments: [
        ("HTTP/1.1 400 Bad Request\r\n", SMTPReplyError.notSMTP), ("\r\n", .notSMTP), ("25\r\n", .notSMTP), ("150 a\r\n", .notSMTP),
        ("600 a\r\n", .notSMTP), ("250+a\r\n", .notSMTP), ("2500 a\r\n", .notSMTP), ("250-a\r\nb\r\n", .notSMTP),
        (" 250 a\r\n", .notSMTP), ("\u{16}\u{3}\u{1}\u{2}\n", .notSMTP), ("250-a\r\n251 b\r\n", .codesDiffer),
        ("250 " + String(repeating: "x", count: 3_000), .lineTooLong), ("250 " + String(repeating: "x", count: 3_000) + "\n", .lineTooLong),
        (String(repeating: "250-x\r\n", count: 129), .tooManyLines),
    ])
    func refuses(text: String, error: SMTPReplyError) {
        for piece in [1, 5, .max] { #expect(throws: error) { _ = try Self.read(text, piece: piece) } }
    }

    @Test func endlessLinesAreNotKept() throws {
        var parser = SMTPReplyParser()
        var taken = 0
        #expect(throws: SMTPReplyError.lineTooLong) {
            for _ in 0..<100_000 {
                parser.append(Array(repeating: UInt8(ascii: "2"), count: 64))
                taken += 64
                _ = try parser.next()
            }
        }
        #expect(taken <= SMTPReplyParser.maximumLine + 64)
    }

    @Test func emptyIsOnlyWhereNothingIsLeft() throws {
        for (text, isEmpty) in [("220 go\r\n", true), ("220 go\r\n2", false), ("220 go\r\n250-x\r\n", false)] {
            var parser = SMTPReplyParser()
            parser.append(text.utf8)
            #expect(try parser.next()?.code == 220)
            _ = try parser.next()
            #expect(parser.isEmpty == isEmpty, "\(text)")
        }
    }

    @Test(arguments: [
        ("5.7.8 wrong", "535 5.7.8"), ("wrong", "535"), ("5.7.hunter2 x", "535"), ("", "535"), ("5.7.8888", "535"), ("5.7", "535"),
    ])
    func codesHaveNoText(line: String, expected: String) { #expect(SMTPReply(code: 535, lines: [line]).codes == expected) }

    @Test(arguments: [
        (["a\u{1b}[31m", "b"], [], "550 a [31m b"), (["say hunter2 now"], ["hunter2"], "550 say <redacted> now"),
        (["hun\u{200b}ter2"], ["hunter2"], "550 <redacted>"),
        ([String(repeating: "x", count: 295) + "hunter2"], ["hunter2"], "550 " + String(repeating: "x", count: 293) + "…"),
    ] as [([String], [String], String)])
    func textIsForPeople(lines: [String], secrets: [String], expected: String) {
        #expect(SMTPReply(code: 550, lines: lines).text(without: secrets) == expected)
    }

    @Test func anyBytesAreReadOrRefused() {
        var random = SeededGenerator(seed: 11)
        let alphabet = Array("2345 0-\r\nax".utf8) + [0, 0xff]
        for _ in 0..<fuzzRounds(2_000) {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).compactMap { _ in alphabet.randomElement(using: &random) }
            func read(_ piece: Int) -> Result<[SMTPReply], SMTPReplyError> {
                var parser = SMTPReplyParser()
                var replies: [SMTPReply] = []
                var rest = bytes[...]
                do throws(SMTPReplyError) {
                    while !rest.isEmpty {
                        parser.append(rest.prefix(piece))
                        rest = rest.dropFirst(piece)
                        while let reply = try parser.next() { replies.append(reply) }
                    }
                } catch { return .failure(error) }
                return .success(replies)
            }
            #expect(read(1) == read(.max), "however it comes in pieces: \(bytes)")
        }
    }
}
