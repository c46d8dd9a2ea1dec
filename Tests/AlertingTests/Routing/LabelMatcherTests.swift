import Alerting
import EventModel
import Foundation
import Testing
import TestSupport

@Suite struct LabelMatcherTests {
    private static let labels = FindingLabels([
        Label("level", "high"), Label("identity", "ana@example.com"), Label("technique", "T1110.003"),
        Label("technique", "T1621"), Label("src_endpoint.ip", "192.0.2.7"), Label("Namen süß", "ja\nnein"),
    ])

    @Test(arguments: [
        (#"level="high""#, true), ("level=high", true), (#"level = "high""#, true), (#"level!="high""#, false),
        ("level=HIGH", false), (#"level=~"high|critical""#, true), (#"level =~ "hig""#, false), (#"level=~"igh""#, false),
        (#"level=~".*igh""#, true), (#"level!~"low|medium""#, true), (#"level!~"h.*""#, false), (#"level=~"(?i)HIGH""#, true),
        // A label that is not there is the empty text.
        (#"team="""#, true), (#"team!="""#, false), (#"team!="soc""#, true), (#"team=~"""#, true), (#"team=~".+""#, false),
        (#"team=~".*""#, true), (#"team!~".+""#, true), (#"team!~"soc""#, true), (#"level="""#, false),
        // One of several values, or none of them.
        ("technique=T1621", true), (#"technique=~"T1110(\\..*)?""#, true), ("technique!=T1621", false),
        ("technique!=T1078", true), (#"technique!~"T1110.*""#, false), ("technique=T1110.003,level=high", true),
        // Dots, other names in quotes, line breaks.
        ("src_endpoint.ip=192.0.2.7", true), (#""Namen süß"="ja\nnein""#, true), (#""Namen süß"=~"ja.nein""#, false),
        (#""Namen süß"=~"(?s)ja.nein""#, true), (#""Namen süß"=~"ja""#, false), (#""Namen s\u00fc\u00df"!=ja"#, true),
        // Lists are all to be fulfilled.
        ("{}", true), ("", true), (#"{level="high",identity=~".*@example\\.com"}"#, true), ("{level=high,identity=bob}", false),
        ("level=high,", true), ("{ level = high , }", true),
    ])
    func matches(text: String, expected: Bool) throws {
        let matchers = try LabelMatcher.parse(text)
        #expect(matchers.match(Self.labels) == expected)
        // Its text means the same.
        let again = try LabelMatcher.parse("{" + matchers.map(\.description).joined(separator: ",") + "}")
        #expect(again == matchers)
        #expect(again.match(Self.labels) == expected)
        #expect(try JSONDecoder().decode([LabelMatcher].self, from: JSONEncoder().encode(matchers)) == matchers)
    }

    @Test(arguments: [
        ("level", 6, "expected =, !=, =~ or !~, found the end"), ("level=", 7, "expected a value"), ("=high", 1, "label's name"),
        ("level=high critical", 12, "expected a comma"), ("{level=high", 12, "\"}\" is missing"), ("level=high}", 11, "no \"{\""),
        ("{level=high} x", 14, "nothing may follow"), ("level!high", 6, "followed by = or ~"), ("level=~\"(\"", 8, "not valid"),
        (#"level=~"a)|(b""#, 8, "not valid"), (#"level=~"\\Qab""#, 8, "not valid"), (#"level=~"(?=a)""#, 8, "look-around"),
        (#"level="high"#, 7, "do not end"), (#"level="\q""#, 8, "no escape"), (#"level="\xff""#, 7, "UTF-8"),
        (#"level="\u12""#, 8, "4 digits"), ("le'vel=high", 3, "double quotes"), ("süß=~", 6, "expected a value"),
        (",level=high", 1, "label's name"), ("level=high,,a=b", 12, "label's name"), (#"""="a""#, 1, "name is empty"),
        ("level=\"a\nb\"", 9, "line break"), (#"level="\400""#, 8, "at most"), (#"level="\ud800""#, 8, "no character"),
    ])
    func saysWhatIsWrongAndWhere(text: String, column: Int, message: String) {
        #expect {
            try LabelMatcher.parse(text)
        } throws: { error in
            guard let error = error as? MatcherError else { return false }
            return error.column == column && error.message.contains(message)
        }
    }

    @Test func takesLinearTimeForHostileValues() throws {
        let matcher = try LabelMatcher("identity", .matches, "(a+)+b")
        let labels = FindingLabels([Label("identity", String(repeating: "a", count: 100_000))])
        let start = ContinuousClock.now
        #expect(!matcher.matches(labels))
        #expect(ContinuousClock.now - start < .seconds(1))
    }

    @Test func limitsHowManyAndHowLong() {
        let many = Array(repeating: "a=b", count: LabelMatcher.maximumCount + 1).joined(separator: ",")
        #expect(throws: MatcherError.self) { try LabelMatcher.parse(many) }
        #expect(throws: MatcherError.self) { try LabelMatcher("a", .equal, String(repeating: "b", count: 5_000)) }
        #expect(throws: MatcherError.self) { try LabelMatcher.parse(String(repeating: " ", count: 70_000)) }
    }

    /// Whatever is typed: no crash, and what is read is written so that it is read again.
    @Test func readsAnything() throws {
        let pieces = ["a", "=", "~", "!", "\"", "\\", "{", "}", ",", " ", "ü", "\n", "x41", "u00e9", "b.c", "(", "\u{202e}"]
        var random = SeededGenerator(seed: 7)
        var read = 0
        for _ in 0..<fuzzRounds(20_000) {
            let text = (0..<Int.random(in: 0...9, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            guard let matchers = try? LabelMatcher.parse(text), !matchers.isEmpty else { continue }
            read += 1
            let written = matchers.map(\.description).joined(separator: ",")
            #expect(try LabelMatcher.parse(written) == matchers, "\(text)")
        }
        #expect(read > 50)
    }
}
