import EventModel
import Foundation
import Testing

import Alerting

@Suite struct EmailPayloadTests {
    private func fields(_ notification: Alerting.Notification) throws -> [(name: String, value: String)] {
        let body = try PayloadSamples.payload(.email, notification).body
        let header = try #require(body.components(separatedBy: "\r\n\r\n").first)
        return header.replacing("\r\n ", with: " ").components(separatedBy: "\r\n").map { line in
            let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    private func field(_ name: String, _ notification: Alerting.Notification) throws -> String? {
        try fields(notification).first { $0.name == name }?.value
    }

    @Test(arguments: [
        ("From", "Perimeter <siem@example.com>"), ("To", "soc@example.com"), ("Message-ID", "<msg_1@example.com>"),
        ("Date", "Tue, 24 Nov 2026 13:00:00 +0000"), ("Subject", "High: Many failed sign-ins (eve@example.com)"),
        ("Auto-Submitted", "auto-generated"), ("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "quoted-printable"), ("Importance", "high"),
    ])
    func hasItsHeaders(name: String, value: String) throws {
        #expect(try field(name, PayloadSamples.notification()) == value)
    }

    @Test func oneGroupIsOneThread() throws {
        let first = try #require(try field("References", PayloadSamples.notification()))
        #expect(try field("In-Reply-To", PayloadSamples.notification()) == first)
        #expect(try field("References", PayloadSamples.notification(.resolved)) == first)
        #expect(try field("References", PayloadSamples.notification(key: "group-2")) != first)
    }

    @Test(arguments: PayloadSamples.hostileTexts)
    func noTextBecomesAHeaderOrAnEnd(text: String) throws {
        let notification = PayloadSamples.hostile(text)
        let body = try PayloadSamples.payload(.email, notification).body
        #expect(body.utf8.count <= Payload.maximumBytes)
        #expect(body.utf8.allSatisfy { $0 < 0x80 && $0 != 0 })
        #expect(!body.replacing("\r\n", with: "").utf8.contains { $0 == 0x0d || $0 == 0x0a })
        let lines = body.components(separatedBy: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 78 && !$0.hasPrefix(".") && !$0.hasPrefix("From ") })
        let names = try fields(notification).map(\.name)
        #expect(names == (try fields(PayloadSamples.notification(isDrill: true))).map(\.name))
    }

    @Test(arguments: [
        ("a@b.example", true), ("a.b+c@b-c.example", true), ("", false), ("a", false), ("a@", false), ("@b", false), ("a@b@c", false),
        ("a b@c", false), ("a@b\r\nBcc: x@y", false), ("<a@b>", false), ("a@-b", false), ("a..b@c", false), ("\"a\"@b", false),
        ("ä@b", false), ("a@b.", false),
    ])
    func addressesNeedNoQuoting(text: String, isAddress: Bool) { #expect((EmailAddress(text) != nil) == isAddress) }

    @Test(arguments: [
        ("abc", "abc\r\n"), ("a=b", "a=3Db\r\n"), ("ä", "=C3=A4\r\n"), ("a ", "a=20\r\n"), ("a\nb", "a\r\nb\r\n"), (".x", "=2Ex\r\n"),
        ("From x", "=46rom x\r\n"), (String(repeating: "a", count: 80), String(repeating: "a", count: 75) + "=\r\naaaaa\r\n"),
    ])
    func isQuotedPrintable(text: String, expected: String) { #expect(MailText.quotedPrintable(text) == expected) }

    @Test(arguments: [("abc", "abc"), ("ä", "=?utf-8?B?w6Q=?="), ("=?x?=", "=?utf-8?B?PT94Pz0=?=")])
    func headersAreASCII(text: String, expected: String) { #expect(MailText.header(text) == expected) }

    @Test func encodedWordsAreOfWholeCharacters() throws {
        let text = String(repeating: "ä€😀", count: 20)
        let words = MailText.header(text).components(separatedBy: "\r\n ")
        let parts = try words.map { word in
            let data = try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2))))
            return try #require(String(data: data, encoding: .utf8))
        }
        #expect(parts.joined() == text)
        #expect(words.allSatisfy { $0.utf8.count <= 75 })
    }
}
