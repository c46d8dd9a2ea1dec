import EventModel
import Matching
import Testing

@Suite struct RegexPatternTests {
    static let refused: [(pattern: String, says: String)] = [
        ("(?=a)b", "look-around"), ("(?!a)b", "look-around"), ("(?<=a)b", "look-around"), ("(?<!a)b", "look-around"),
        ("(?>a)b", "look-around and atomic groups"), ("(a)\\1", "back-references"), ("(?P<x>a)\\k<x>", "back-references"),
        ("(a", "missing )"),
        ("a**", "bad repetition operator"), ("[b-a]", "invalid character class range"), ("a{1001}", "repetition"),
        ("((((a{1,100}){1,100}){1,100}){1,100})", "repetition"),
    ]

    @Test(arguments: refused.indices)
    func refusesWithReason(index: Int) {
        let (pattern, says) = Self.refused[index]
        let reason = RegexPattern(pattern).validate()
        #expect(reason?.contains(says) == true, "\(pattern): \(reason ?? "accepted")")
    }

    @Test(arguments: ["", "a", "^a.*b$", "(?i)x", "\\d+\\b", "(?P<name>a)", "(a|b)+?", "日本", "[[:alpha:]]", "\\Qa(b\\E"])
    func accepts(pattern: String) {
        #expect(RegexPattern(pattern).validate() == nil)
    }

    static let searchCases: [(pattern: RegexPattern, value: String, matches: Bool)] = [
        (RegexPattern("b+c"), "aabbcc", true),
        (RegexPattern("B+C"), "aabbcc", false),
        (RegexPattern("B+C", ignoresCase: true), "aabbcc", true),
        (RegexPattern("^b"), "a\nb", false),
        (RegexPattern("^b", isMultiline: true), "a\nb", true),
        (RegexPattern("a.b"), "a\nb", false),
        (RegexPattern("a.b", dotMatchesNewline: true), "a\nb", true),
        (RegexPattern("^$"), "", true),
        (RegexPattern("^.$"), "日", true),
        (RegexPattern("(a+)+$"), String(repeating: "a", count: 20_000) + "b", false),
        (RegexPattern("k", ignoresCase: true), "\u{212a}", true),
    ]

    @Test(arguments: searchCases.indices)
    func searches(index: Int) {
        let (pattern, value, matches) = Self.searchCases[index]
        let catalog = FieldCatalog()
        let program = MatchProgram(.test(FieldTest(.named("x"), .regex(pattern))), catalog: catalog)
        let batch = SampleEvent.batch([.strings(["x": value])], catalog: catalog)
        #expect(program.matches(batch[0], scratch: MatchScratch()) == matches)
    }

    /// The required literal is a filter only: many expressions on one field find what each alone finds.
    @Test func filteringLosesNothing() {
        let sources = [
            "sqlmap/\\d", "colou?r", "ab{2}c", "ab{0,1}cd", "x+yz", "a|bcd", "(foo|bar)baz", "[q]uit", "a\\.b\\+c",
            "\\bword\\b",
            "(?i)CaSe", "fo*bar", "\\x41bc", "\\Qa|b\\E", "tail$", "a{b|cd", "(\\)|x)yz", "[]x]yes", "[^]]no", "k1\\d",
        ]
        let values = [
            "sqlmap/1", "color", "colour", "abbc", "acd", "abcd", "xxyz", "a", "bcd", "foobaz", "quit", "a.b+c",
            "a word.", "xcasex",
            "fbar", "foobar", "Abc", "a|b", "the tail", "a{b", "cd", ")yz", "]yes", "xno", "\u{212a}1", "k12", "",
        ]
        let catalog = FieldCatalog()
        func test(_ source: String) -> MatchExpression {
            .test(FieldTest(.named("x"), .regex(RegexPattern(source, ignoresCase: source == "k1\\d"))))
        }
        let matcher = EventMatcher(entries: sources.map { .init(expression: test($0)) }, catalog: catalog, productCount: 1)
        let batch = SampleEvent.batch(values.map { .strings(["x": $0]) }, catalog: catalog)
        var found = ContiguousArray<EventMatcher.Match>()
        matcher.match(batch, scratch: MatchScratch(), into: &found)
        var expected: [EventMatcher.Match] = []
        for row in values.indices {
            for (entry, source) in sources.enumerated() {
                let alone = MatchProgram(test(source), catalog: catalog)
                if alone.matches(batch[row], scratch: MatchScratch()) {
                    expected.append(.init(row: UInt32(row), entry: UInt32(entry)))
                }
            }
        }
        #expect(Array(found) == expected)
        #expect(expected.count > 20)
    }

    /// Bytes that are not UTF-8 do not keep an expression from matching beside them, or on them.
    @Test(arguments: ["admin", "^.admin", "\\x{ff}admin"])
    func searchesBytesThatAreNotUTF8(pattern: String) {
        let catalog = FieldCatalog()
        let bytes = Arena()
        bytes.append(byte: 0xff)
        bytes.append("admin")
        let span = RecordSpan(offset: 0, length: UInt32(bytes.count))
        let builder = EventBuilder(
            RecordBatch(
                source: Source(id: 0, name: "test"), receivedAt: Timestamp(microseconds: 0), bytes: bytes, records: [span]))
        builder.append(EventRow(record: 0, raw: span, receivedAt: Timestamp(microseconds: 0)))
        let batch = builder.finish()
        let program = MatchProgram(.test(FieldTest(.anyValue, .regex(RegexPattern(pattern)))), catalog: catalog)
        #expect(program.matches(batch[0], scratch: MatchScratch()))
    }
}
