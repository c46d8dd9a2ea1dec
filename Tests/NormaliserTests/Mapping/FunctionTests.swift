import EventModel
import Normaliser
import Testing

@Suite struct FunctionTests {
    private func text(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    }

    private func with<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var text = text
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }

    @Test(arguments: [
        ("1.2.3.4", "1.2.3.4"), ("1.2.3.4:443", "1.2.3.4"), ("[2001:db8::1]:443", "2001:db8::1"), ("[::1]", "::1"),
        ("::ffff:1.2.3.4", "1.2.3.4"), ("[::ffff:1.2.3.4]:80", "1.2.3.4"), (" 203.0.113.9 ", "203.0.113.9"),
        ("fe80::", "fe80::"), ("::ffff:c000:201", "::ffff:c000:201"), ("1.2.3.4:", nil), ("1.2.3.4:x", nil), ("1.2.3", nil),
        ("[1.2.3.4", nil), ("<null>", nil), ("", nil), ("unknown", nil), ("1.2.3.4, 5.6.7.8", nil), ("fe80::1%eth0", nil),
        ("2001:db8::1]:443", nil), ("NOTANIPV4 (10.9000.0.1)", nil), ("1.2.3.4:123456", nil),
    ])
    func address(text: String, expected: String?) {
        let found = with(text) { bytes in
            IPText.address(in: bytes).map { self.text(bytes, $0) }
        }
        #expect(found == expected)
    }

    @Test(arguments: [
        ("dana.reyes@example.com", true), ("Dana+tag@Example.co.uk", true), ("o'neil@ex-ample.org", true), ("a@b.c", true),
        ("a/b@c.d", true), ("a@b", false), ("@b.c", false), ("a@.c", false), ("a b@c.d", false), ("a@b.c ", false),
        ("a@b@c.d", false), ("unknown", false), ("", false), ("a@b.", false), ("ü@b.c", false), ("a\"b@c.d", false),
    ])
    func email(text: String, isValid: Bool) {
        #expect(with(text) { EmailText.isValid($0) } == isValid)
    }

    @Test(arguments: [
        ("2026-11-20T08:00:00Z", false, 1_795_161_600_000_000), ("2026-11-20T08:00:00.1234567Z", false, 1_795_161_600_123_456),
        ("2026-11-20T08:00:00", false, 1_795_161_600_000_000), ("2026-11-20T09:00:00+01:00", false, 1_795_161_600_000_000),
        ("1795161600", true, 1_795_161_600_000_000), ("1795161600123", true, 1_795_161_600_123_000),
        ("1795161600123456", true, 1_795_161_600_123_456), ("1795161600123456789", true, 1_795_161_600_123_456),
        ("1795161600.5", true, 1_795_161_600_500_000), ("1795161600", false, 1_795_161_600_000_000), ("yesterday", false, nil),
        ("", false, nil), ("-5", true, nil), ("1e9", true, nil), ("99999999999999999999", true, nil), ("12.", true, nil),
        ("2026-11-20T08:00:00.000+0000", false, 1_795_161_600_000_000),
        ("2026-11-20T09:30:00+0130", false, 1_795_161_600_000_000),
        ("2026-11-20 03:00:00.5-0500", false, 1_795_161_600_500_000), ("2026-11-20 08:00:00:123", false, 1_795_161_600_123_000),
        ("2026-11-20T08:00:00+00000", false, nil), ("2026-11-20T08:00:00+9900", false, nil), ("2026-11-20 08:00:00:", false, nil),
        ("20261120080000.123", false, 1_795_161_600_123_000), ("20261120080000", true, 1_795_161_600_000_000),
        ("20261320080000", true, 20_261_320_080_000_000), ("20990229000000", true, 20_990_229_000_000_000),
    ])
    func time(text: String, isNumber: Bool, expected: Int64?) {
        #expect(with(text) { TimeText.parse($0, isNumber: isNumber)?.microseconds } == expected)
    }

    @Test(arguments: [
        ("https://x/a/b.txt", "/", "b.txt"), ("plain", "/", "plain"), ("a/b/", "/", "b"), ("/", "/", ""), ("", "/", ""),
    ])
    func last(text: String, separator: String, expected: String) {
        let mark = separator.utf8.first ?? 0
        #expect(with(text) { self.text($0, TextParts.last($0, separator: mark)) } == expected)
    }

    @Test(arguments: [("group@example.com", "group"), ("plain", "plain"), ("@x", "@x"), ("", "")])
    func before(text: String, expected: String) {
        #expect(with(text) { self.text($0, TextParts.before($0, separator: UInt8(ascii: "@"))) } == expected)
    }

    @Test(arguments: [
        ("repo,read:org", ["repo", "read:org"]), (" a , b ,, c", ["a", "b", "c"]), ("", []), (",,", []), ("one", ["one"]),
    ])
    func split(text: String, expected: [String]) {
        let found = with(text) { bytes in
            var parts = SplitText(bytes, separator: UInt8(ascii: ","))
            var all: [String] = []
            while let part = parts.next() { all.append(self.text(bytes, part)) }
            return all
        }
        #expect(found == expected)
    }

    @Test(arguments: [("Dana", "Reyes", "Dana Reyes"), ("é", "ü", "é ü")])
    func words(first: String, second: String, expected: String) {
        let derived = Arena()
        with(first) { head in with(second) { WordsText.append(head, $0, to: derived) } }
        #expect(String(decoding: UnsafeRawBufferPointer(start: derived.base, count: derived.count), as: UTF8.self) == expected)
    }
}
