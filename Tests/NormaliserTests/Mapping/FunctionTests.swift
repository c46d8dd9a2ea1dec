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
        ("Fri Nov 20 08:00:00 2026", 1_795_161_600_000_000), ("Tue Dec  1 00:00:00 2026", 1_796_083_200_000_000),
        ("Fri, 20 Nov 2026 09:00:00 +0100", 1_795_161_600_000_000), ("20 November 2026 08:00:00 GMT", 1_795_161_600_000_000),
        ("2026-11-20 08:00:00 UTC", 1_795_161_600_000_000), ("2026-11-20 00:00:00.250 -0800", 1_795_161_600_250_000),
        ("2026-11-20T08:00:00.000+0000", 1_795_161_600_000_000), ("2026-11-20 09:00:00+01", 1_795_161_600_000_000),
        ("Friday, November 20, 2026 08:00:00.5", 1_795_161_600_500_000), ("Fri Nov 20 08:00:00 UTC 2026", 1_795_161_600_000_000),
        ("20/Nov/2026:09:00:00 +0100", 1_795_161_600_000_000), ("20/Nov/2026:08:00:00", 1_795_161_600_000_000),
        ("2026/11/20 08:00:00", 1_795_161_600_000_000), ("2026/11/20 08:00:00.5", 1_795_161_600_500_000),
        ("31/Nov/2026:08:00:00 +0000", nil), ("20/Now/2026:08:00:00 +0000", nil), ("20/Nov/2026:08:00:00 ", nil),
        ("2026/13/20 08:00:00", nil), ("2026/11/20 08:00:0x", nil), ("20/11/2026:08:00:00 x", nil),
        ("Fri Nov 31 08:00:00 2026", nil), ("Fri Nov 20 24:00:00 2026", nil), ("Fri Nov 20 08:00:00 2026 2026", nil),
        ("Fri Now 20 08:00:00 2026", nil), ("11/20/2026 8:00:00 AM +00:00", 1_795_161_600_000_000),
        ("11/20/2026 12:00:00 PM", 1_795_176_000_000_000), ("11/20/2026 12:00:00 AM", 1_795_132_800_000_000),
        ("3/1/2026 01:00:00 PM", 1_772_370_000_000_000), ("11/20/2026 08:00:00", nil), ("20/11/2026 8:00:00 AM", nil),
        ("11/20/2026 13:00:00 PM", nil), ("11/20/2026 0:00:00 AM", nil), ("/Date(1795161600000)/", 1_795_161_600_000_000),
        ("/Date(17951616000x0)/", nil), ("/Date(179516160000000)/", nil), ("/Dat_(1795161600000)/", nil),
        ("11/20/2026 8:00:00 AM PM", nil), ("Fri Nov 20 8:00:00 PM 2026", nil), ("1//2026 8:00:00 AM +00:00", nil),
        ("2026-11-20 08:00:00 CET", nil),
        ("2026-11-20 08:00:00 +25:00", nil), ("Fri Nov 20 08:00:00. 2026", nil), ("Nov 20 08:00:00 Fri Nov 2026", nil),
        ("                        ", nil), ("Fri Nov 20 08:00:00 20266", nil), ("-------------------+", nil),
        (String(repeating: "Fri ", count: 20) + "Nov 20 08:00:00 2026", nil),
    ])
    func timeInWords(text: String, expected: Int64?) {
        #expect(with(text) { TimeText.parse($0, isNumber: false)?.microseconds } == expected)
    }

    @Test(arguments: [
        ("dana%40example.com", "dana@example.com"), ("Road%20Warrior", "Road Warrior"), ("%C3%BCber", "über"), ("100%", nil),
        ("plain", nil), ("%zz%4", nil), ("%FF", nil), ("a%0Ab", nil), ("%00", nil), ("", nil), ("%2540", "%40"),
    ])
    func decoded(text: String, expected: String?) {
        let found = with(text) { bytes in
            withUnsafeTemporaryAllocation(byteCount: bytes.count, alignment: 1) { out in
                DecodedText.decode(bytes, into: out).map { String(decoding: out[..<$0], as: UTF8.self) }
            }
        }
        #expect(found == expected)
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
        ("https://x/view?username=dana", "username=", "dana"), ("Failed: username=dana ip=192.0.2.1", "ip=", "192.0.2.1"),
        ("skip=1 ip=2", "ip=", "2"), ("skip=1", "ip=", nil), ("ip=", "ip=", nil), ("ip= x", "ip=", nil), ("", "ip=", nil),
        ("a=1&b=2", "a=", "1"), ("b=2;a=1", "b=", "2"), ("x", "longer=", nil), (#"User "dana" left"#, #"User ""#, "dana"),
        ("Dana (dana@example.com)", "(", "dana@example.com"), ("über_ip=1", "ip=", nil),
    ])
    func after(text: String, marker: String, expected: String?) {
        let found = with(text) { bytes in
            TextParts.after(bytes, marker: Array(marker.utf8)).map { self.text(bytes, $0) }
        }
        #expect(found == expected)
    }

    @Test(arguments: [
        ("type=LOGIN, realm=a b, user=null", "type", "LOGIN"), ("type=LOGIN, realm=a b, user=null", "realm", "a b"),
        ("type=LOGIN, realm=a b, user=null", "user", nil), ("type=LOGIN, realm=a b", "realms", nil),
        (#"type="X, realm=1", realm="2", empty="", user="null""#, "realm", "2"),
        (#"type="X, realm=1", realm="2""#, "type", "X, realm=1"), (#"a="x\" b=1", b="2""#, "b", "2"),
        (#"a="", b=1"#, "a", nil),
        ("INFO (thread-1) type=LOGIN, uri=http://x/?a=b,c, d=e", "type", "LOGIN"),
        ("uri=http://x/?a=b,c, d=e", "uri", "http://x/?a=b,c"),
        ("uri=http://x/?a=b,c, d=e", "a", nil), ("a=1,b=2", "a", "1,b=2"), ("a=1,", "a", "1"), ("a=", "a", nil), ("a", "a", nil),
        ("", "a", nil), ("=, a=1", "a", "1"), (#"a="1"#, "a", "1"), (#"a="1\"#, "a", "1\\"), (#"a=""#, "a", nil),
        ("b=null, a=nulls", "a", "nulls"),
    ])
    func pair(text: String, key: String, expected: String?) {
        #expect(with(text) { bytes in PairText.value(of: Array(key.utf8), in: bytes).map { self.text(bytes, $0) } } == expected)
    }

    @Test(arguments: [
        ("/v2/users/auth0|42/roles", "users", "auth0|42"), ("users/42", "users", "42"), ("users/42?x=1", "users", "42"),
        ("users/42/groups/g", "groups", "g"), ("users/", "users", nil), ("users", "users", nil), ("users//42", "users", nil),
        ("superusers/1/users/2", "users", "2"), ("type=A, path=\"groups/g1/children\"", "groups", "g1"), ("", "users", nil),
        ("path=groups/g1, b=c", "groups", "g1"), ("users=/1", "users", nil), ("users/users/3", "users", "users"),
    ])
    func segment(text: String, name: String, expected: String?) {
        let found = with(text) { bytes in
            PathSegment.following(Array(name.utf8), in: bytes).map { self.text(bytes, $0) }
        }
        #expect(found == expected)
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
