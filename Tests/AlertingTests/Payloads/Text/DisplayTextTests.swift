import Testing

import Alerting

@Suite struct DisplayTextTests {
    @Test(arguments: [
        ("a\r\n\tb\0c", "a b c"), ("  a  ", "a"), ("\u{202e}txt.exe\u{200b}", "txt.exe"), ("a\u{2028}b", "a b"), ("\n\n", ""),
        ("👩‍👧", "👩‍👧"), ("größe", "größe"),
    ])
    func isOneLine(text: String, expected: String) { #expect(DisplayText.line(text) == expected) }

    @Test(arguments: [("f-1", "f-1"), ("a b", "'a b'"), ("a;rm", "'a;rm'"), ("it's", #"'it'\''s'"#), ("-x", "'-x'"), ("", "''")])
    func isOneWordOfAShell(text: String, expected: String) { #expect(DisplayText.shellWord(text) == expected) }
}
