import EventModel
import Matching
import Testing

/// What each kind of test means, one line a case: the event's fields, the test on `x`, the answer.
@Suite struct ValueTestTests {
    struct Case: Sendable {
        var name: String
        var values: [(String, FieldKind)]
        var test: ValueTest
        var holds: Bool

        init(_ name: String, _ values: [(String, FieldKind)], _ test: ValueTest, _ holds: Bool) {
            (self.name, self.values, self.test, self.holds) = (name, values, test, holds)
        }
    }

    private static func pattern(_ pieces: TextPattern.Piece..., cased: Bool = false) -> ValueTest {
        .text(TextPattern(pieces, isCased: cased))
    }

    private static func string(_ text: String) -> [(String, FieldKind)] { [(text, .string)] }

    static let cases: [Case] = [
        Case("equality folds ASCII", string("AbC"), .text(.exactly("aBc")), true),
        Case("equality is of the whole value", string("abcd"), .text(.exactly("abc")), false),
        Case("equality folds Latin", string("GRÜN"), .text(.exactly("grün")), true),
        Case("equality folds Greek, final sigma too", string("ΣΟΦΟΣ"), .text(.exactly("σοφος")), true),
        Case("equality folds Cyrillic", string("ИВАН"), .text(.exactly("иван")), true),
        Case("equality folds three-byte letters", string("ＡＢＣ"), .text(.exactly("ａｂｃ")), true),
        Case("sharp s is not two letters", string("STRASSE"), .text(.exactly("straße")), false),
        Case("cased equality", string("Abc"), .text(.exactly("Abc", isCased: true)), true),
        Case("cased equality differs", string("abc"), .text(.exactly("Abc", isCased: true)), false),
        Case("empty text equals empty", string(""), .text(.exactly("")), true),
        Case("empty text is not null", [("null", .null)], .text(.exactly("")), false),
        Case("null has no text", [("null", .null)], .text(.exactly("null")), false),
        Case("an empty object has no text", [("{}", .emptyObject)], .text(.exactly("{}")), false),
        Case("booleans are text", [("true", .true)], .text(.exactly("TRUE")), true),
        Case("numbers are text", [("42", .integer)], .text(.exactly("42")), true),
        Case("any value of several", [("a", .string), ("b", .string)], .text(.exactly("b")), true),
        Case("contains", string("xxABCyy"), .text(.containing("abc")), true),
        Case("starts", string("ABCyy"), pattern(.literal("abc"), .anyRun), true),
        Case("starts, not within", string("xABC"), pattern(.literal("abc"), .anyRun), false),
        Case("ends", string("xxABC"), pattern(.anyRun, .literal("abc")), true),
        Case("ends, not within", string("ABCx"), pattern(.anyRun, .literal("abc")), false),
        Case("a run may be empty", string("ab"), pattern(.literal("a"), .anyRun, .literal("b")), true),
        Case("prefix and suffix do not overlap", string("aba"), pattern(.literal("ab"), .anyRun, .literal("ba")), false),
        Case("one character", string("abc"), pattern(.literal("a"), .anyOne, .literal("c")), true),
        Case("one character is not none", string("ac"), pattern(.literal("a"), .anyOne, .literal("c")), false),
        Case("one character may be wide", string("a日c"), pattern(.literal("a"), .anyOne, .literal("c")), true),
        Case("one character at the end", string("x日"), pattern(.anyRun, .literal("x"), .anyOne), true),
        Case("two characters after a run", string("日本語"), pattern(.anyRun, .anyOne, .anyOne, .anyOne, .anyRun), true),
        Case("too few characters after a run", string("日本"), pattern(.anyRun, .anyOne, .anyOne, .anyOne), false),
        Case("a run crosses lines", string("a\nb"), pattern(.literal("a"), .anyRun, .literal("b")), true),
        Case("backtracking literal", string("aaab"), pattern(.anyRun, .literal("aab")), true),
        Case("wildcards folded", string("ÄÖÜ"), pattern(.literal("ä"), .anyRun, .literal("ü")), true),
        Case("wildcards cased", string("ÄÖÜ"), pattern(.literal("ä"), .anyRun, cased: true), false),
        Case("number by value", string("42.0"), .number(42, text: "42"), true),
        Case("number by exponent", [("4.2e1", .float)], .number(42, text: "42"), true),
        Case("number by text", string("0x2a"), .number(42, text: "0x2A"), true),
        Case("number with leading zero", string("007"), .number(7, text: "7"), true),
        Case("number is not part of text", string("42a"), .number(42, text: "42"), false),
        Case("no number with a blank", string("42 "), .number(42, text: "42"), false),
        Case("minus zero", string("-0"), .number(0, text: "0"), true),
        Case("large integers are told apart by text only", string("9007199254740993"), .number(9007199254740992, text: ""), true),
        Case("compare number", [("5", .integer)], .compare(.greater, 4), true),
        Case("compare equal bound", [("5", .integer)], .compare(.greater, 5), false),
        Case("compare text that is a number", string("5.5"), .compare(.lessOrEqual, 5.5), true),
        Case("compare text", string("high"), .compare(.less, 5), false),
        Case("compare huge", string("1e999"), .compare(.greater, 1e300), true),
        Case("compare missing", [], .compare(.less, 5), false),
        Case("compare null", [("null", .null)], .compare(.less, 5), false),
        Case("network holds", string("10.9.8.7"), .network(network("10.0.0.0/8")), true),
        Case("network does not hold", string("11.9.8.7"), .network(network("10.0.0.0/8")), false),
        Case("network and mapped address", string("::ffff:10.9.8.7"), .network(network("10.0.0.0/8")), true),
        Case("network and other spelling", string("2001:0DB8::0:1"), .network(network("2001:db8::1")), true),
        Case("network and text", string("ten"), .network(network("0.0.0.0/0")), false),
        Case("exists", string(""), .exists(true), true),
        Case("null exists", [("null", .null)], .exists(true), true),
        Case("an object exists", [("{}", .emptyObject)], .exists(true), true),
        Case("an array of objects exists", [("", .element)], .exists(true), true),
        Case("missing does not exist", [], .exists(true), false),
        Case("missing", [], .exists(false), true),
        Case("null is null", [("null", .null)], .null, true),
        Case("missing is null", [], .null, true),
        Case("empty is not null", string(""), .null, false),
        Case("one null among values", [("a", .string), ("null", .null)], .null, true),
    ]

    private static func network(_ text: String) -> IPNetwork {
        IPNetwork(text) ?? IPNetwork(IPAddress(v4: 0), prefixLength: 32)
    }

    @Test(arguments: cases.indices)
    func meaning(index: Int) {
        let given = Self.cases[index]
        let catalog = FieldCatalog()
        let values = given.values.map { SampleEvent.Value(path: "x", text: $0.0, kind: $0.1) }
        let other = SampleEvent.Value(path: "y", text: "abc", kind: .string)
        let batch = SampleEvent.batch([SampleEvent(vendor: [other] + values)], catalog: catalog)
        for selector in [FieldSelector.named("x"), .vendor("X")] {
            let test = MatchExpression.test(FieldTest(selector, given.test))
            let program = MatchProgram(test, catalog: catalog)
            #expect(program.matches(batch[0], scratch: MatchScratch()) == given.holds, "\(given.name)")
            let negated = MatchProgram(.not(test), catalog: catalog)
            #expect(negated.matches(batch[0], scratch: MatchScratch()) == !given.holds, "not \(given.name)")
        }
    }

    static let references: [(x: String, y: String, relation: FieldRelation, holds: Bool)] = [
        ("Bob", "bOB", .equals, true), ("Bob", "Bo", .equals, false), ("bobby", "BOB", .startsWith, true),
        ("a bob", "BOB", .endsWith, true), ("a bob b", "BOB", .contains, true), ("bo", "bob", .contains, false),
        ("x", "", .contains, true),
    ]

    @Test(arguments: references.indices)
    func fieldReference(index: Int) {
        let given = Self.references[index]
        let catalog = FieldCatalog()
        let program = MatchProgram(.test(FieldTest(.named("x"), .field(.named("y"), given.relation))), catalog: catalog)
        let batch = SampleEvent.batch([.strings(["x": given.x, "y": given.y])], catalog: catalog)
        #expect(program.matches(batch[0], scratch: MatchScratch()) == given.holds)
    }

    @Test func canonicallyEquivalentTextsAreDifferentTests() {
        let catalog = FieldCatalog()
        let batch = SampleEvent.batch([.strings(["x": "Caf\u{e9}!"]), .strings(["x": "Cafe\u{301}!"])], catalog: catalog)
        let texts = ["f\u{e9}", "fe\u{301}"]
        let tests = texts.map { ValueTest.text(.containing($0)) } + texts.map { ValueTest.regex(RegexPattern($0)) }
            + texts.map { ValueTest.text(.exactly("Ca\($0)!", isCased: true)) }
        let matcher = EventMatcher(
            entries: tests.map { .init(expression: .test(FieldTest(.named("x"), $0))) }, catalog: catalog, productCount: 1)
        var found: ContiguousArray<EventMatcher.Match> = []
        matcher.match(batch, scratch: MatchScratch(), into: &found)
        #expect(Set(found.map { [$0.row, $0.entry] }) == [[0, 0], [1, 1], [0, 2], [1, 3], [0, 4], [1, 5]])
    }

    @Test func rangesOfNamedAndVendorFields() {
        let catalog = FieldCatalog()
        let value = SampleEvent.Value(path: "x.y", text: "v", kind: .string)
        let batch = SampleEvent.batch([SampleEvent(vendor: [value]), SampleEvent(ocsf: [value])], catalog: catalog)
        func rows(_ selector: FieldSelector, _ test: ValueTest = .text(.exactly("v"))) -> [UInt32] {
            var rows: [UInt32] = []
            MatchProgram(.test(FieldTest(selector, test)), catalog: catalog).match(batch, scratch: MatchScratch(), into: &rows)
            return rows
        }
        #expect(rows(.named("X.Y")) == [0, 1])
        #expect(rows(.vendor("x[].y")) == [0])
        #expect(rows(.named("x"), .exists(true)) == [0, 1])
        #expect(rows(.vendor("x"), .exists(true)) == [0])
        #expect(rows(.named("x"), .null) == [])
    }

    @Test func anyValueSeesPlainTextAndItsFrame() {
        let catalog = FieldCatalog()
        let plain = SampleEvent(body: "disk failed", frame: "<13>host ")
        var parsed = SampleEvent.strings(["a": "disk ok"])
        parsed.body = "{\"a\":\"disk ok\",\"b\":\"failed\"}"
        let batch = SampleEvent.batch([plain, parsed], catalog: catalog)
        func rows(_ test: ValueTest) -> [UInt32] {
            var rows: [UInt32] = []
            MatchProgram(.test(FieldTest(.anyValue, test)), catalog: catalog).match(batch, scratch: MatchScratch(), into: &rows)
            return rows
        }
        #expect(rows(.text(.containing("disk"))) == [0, 1])
        #expect(rows(.text(.containing("failed"))) == [0])
        #expect(rows(.text(.containing("HOST DISK"))) == [0])
        #expect(rows(.text(.exactly("disk failed"))) == [0])
        #expect(rows(.text(.exactly("a"))) == [])
    }

    @Test(arguments: [(Comparison.less, [0]), (.lessOrEqual, [0, 1]), (.greater, [2]), (.greaterOrEqual, [1, 2])])
    func time(comparison: Comparison, expected: [UInt32]) {
        let catalog = FieldCatalog()
        let events = [1, 2, 3].map { SampleEvent(time: Timestamp(seconds: $0)) }
        let batch = SampleEvent.batch(events, catalog: catalog)
        var rows: [UInt32] = []
        MatchProgram(.test(FieldTest(.named("time"), .time(comparison, Timestamp(seconds: 2)))), catalog: catalog)
            .match(batch, scratch: MatchScratch(), into: &rows)
        #expect(rows == expected)
    }
}
