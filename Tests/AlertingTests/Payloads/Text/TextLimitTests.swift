import Testing

import Alerting

@Suite struct TextLimitTests {
    @Test(arguments: [
        ("abc", TextLimit(bytes: 3), "abc"), ("abcdef", TextLimit(bytes: 5), "ab…"), ("ääää", TextLimit(bytes: 7), "ää…"),
        ("abcdef", TextLimit(utf16: 5), "abcd…"), ("😀😀😀", TextLimit(utf16: 4), "😀…"),
        ("e\u{301}e\u{301}", TextLimit(utf16: 3), "e\u{301}…"),
        ("👩‍👩‍👧‍👦x", TextLimit(bytes: 20), "…"), ("", TextLimit(bytes: 0), ""),
    ])
    func cutsBetweenCharacters(text: String, limit: TextLimit, expected: String) { #expect(limit.cut(text) == expected) }

    @Test func marksWithoutEndDoNotHideTheLetter() {
        let cut = TextLimit(bytes: 20).cut("e" + String(repeating: "\u{301}", count: 5_000))
        #expect(cut.unicodeScalars.first == "e")
        #expect((15...20).contains(cut.utf8.count))
    }

    @Test func theEscapedTextKeepsWithinTheLimit() {
        let cut = TextLimit(utf16: 50).cut(String(repeating: "<", count: 100), escape: SlackPayload.escape)
        #expect((30...50).contains(cut.utf16.count))
        #expect(cut.hasSuffix("&lt;…"))
    }
}
