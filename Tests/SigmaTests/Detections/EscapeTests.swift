import Sigma
import Testing

@Suite struct EscapeTests {
    /// The table of the specification, "Escape Character", in YAML single quotes, which leave backslashes alone.
    @Test(arguments: [
        (#"a\b"#, #"'a\b'"#), (#"a\\b"#, #"'a\b'"#), (#"a\\\b"#, #"'a\\b'"#), (#"a\\\\b"#, #"'a\\b'"#),
        (#"a*b"#, "'a'*'b'"), (#"a?b"#, "'a'?'b'"), (#"a\*b"#, "'a*b'"), (#"a\?b"#, "'a?b'"),
        (#"a\\*b"#, #"'a\'*'b'"#), (#"a\\\*b"#, #"'a\*b'"#), (#"a\\\\*b"#, #"'a\\'*'b'"#), (#"a\"#, #"'a\'"#),
        (#"escaped\*\?\\*?"#, #"'escaped*?\'*?"#), ("**", "**"), ("\\", #"'\'"#), ("%a%", "'%a%'"),
    ])
    func `wildcards and backslashes`(written: String, match: String) {
        #expect(Rule.match(selection: "f: '\(written)'") == "f=\(match)")
    }

    @Test func `an open end is not opened twice, an escaped star is no open end`() {
        #expect(Rule.match(selection: #"f|contains: 'a\*'"#) == "f=*'a*'*")
        #expect(Rule.match(selection: #"f|endswith: '\\*'"#) == #"f=*'\'*"#)
    }
}
