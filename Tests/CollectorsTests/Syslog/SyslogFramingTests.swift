import Collectors
import EventModel
import Testing

/// RFC 6587, sections 3.4.1 and 3.4.2, frame by frame.
struct SyslogFramingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var input: String
        var expected: [(String, RecordFlaw)]
        var mode = SyslogFraming.Mode.auto
        var limit = 64
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "nothing", input: "", expected: []),
        Case(name: "one line", input: "<13>one\n", expected: [("<13>one", .none)]),
        Case(name: "no last newline", input: "<13>one\n<14>two", expected: [("<13>one", .none), ("<14>two", .none)]),
        Case(name: "CR LF", input: "<13>one\r\n<14>two\r\n", expected: [("<13>one", .none), ("<14>two", .none)]),
        Case(name: "NUL", input: "<13>one\0<14>two\0", expected: [("<13>one", .none), ("<14>two", .none)]),
        Case(name: "LF and NUL", input: "<13>one\n\0<14>two\n\0", expected: [("<13>one", .none), ("<14>two", .none)]),
        Case(
            name: "blank lines", input: "\n\r\n<13>one\n\n\r\n\0\n<14>two\n", expected: [("<13>one", .none), ("<14>two", .none)]),
        Case(name: "CR within", input: "<13>a\rb\n", expected: [("<13>a\rb", .none)]),
        Case(name: "counted", input: "7 <13>one8 <14>four", expected: [("<13>one", .none), ("<14>four", .none)]),
        Case(
            name: "counted, with newlines between", input: "7 <13>one\n7 <14>two\n",
            expected: [("<13>one", .none), ("<14>two", .none)]),
        Case(name: "counted, newline within", input: "9 <13>a\nb\nc", expected: [("<13>a\nb\nc", .none)]),
        Case(
            name: "counted, newline included", input: "8 <13>one\n8 <14>two\n",
            expected: [("<13>one", .none), ("<14>two", .none)]),
        Case(name: "counted in octets", input: "8 <13>κό", expected: [("<13>κό", .none)]),
        Case(
            name: "mixed", input: "7 <13>one<14>two\n9 <15>three<16>four\n<17>five",
            expected: [("<13>one", .none), ("<14>two", .none), ("<15>three", .none), ("<16>four", .none), ("<17>five", .none)]),
        Case(name: "a number begins the text", input: "13 failed sign-ins\n", expected: [("13 failed sign-ins", .none)]),
        Case(name: "a date begins the text", input: "2026-11-24 up\n", expected: [("2026-11-24 up", .none)]),
        Case(name: "no count: zero", input: "07 <13>one\n", expected: [("07 <13>one", .none)]),
        Case(name: "only digits", input: "123\n456", expected: [("123", .none), ("456", .none)]),
        Case(name: "digits and space at the end", input: "12 ", expected: [("12 ", .none)]),
        Case(name: "JSON lines", input: "{\"a\":1}\n{\"b\":2}\n", expected: [("{\"a\":1}", .none), ("{\"b\":2}", .none)]),
        Case(name: "incomplete", input: "50 <13>one", expected: [("<13>one", .incompleteFrame)]),
        Case(
            name: "incomplete after a whole one", input: "7 <13>one9 <14>",
            expected: [("<13>one", .none), ("<14>", .incompleteFrame)]),
        Case(
            name: "count above the bound", input: "134217729 <13>one\n<14>two\n",
            expected: [("134217729 <13>one", .badFrameLength), ("<14>two", .none)]),
        Case(
            name: "count that overflows", input: "99999999999999999999 <13>one\n7 <14>two",
            expected: [("99999999999999999999 <13>one", .badFrameLength), ("<14>two", .none)]),
        Case(
            name: "too many digits", input: "999999999999999999999 <13>one\n",
            expected: [("999999999999999999999 <13>one", .none)]),
        Case(
            name: "line at the limit", input: "<13>5678\n<14>two\n", expected: [("<13>5678", .none), ("<14>two", .none)], limit: 8
        ),
        Case(
            name: "line above the limit", input: "<13>56789\n<14>two\n",
            expected: [("<13>5678", .truncated), ("<14>two", .none)], limit: 8),
        Case(
            name: "line far above the limit", input: "<13>56789012345678901234567890\n<14>two\n",
            expected: [("<13>5678", .truncated), ("<14>two", .none)], limit: 8),
        Case(name: "long line that ends the stream", input: "<13>56789012", expected: [("<13>5678", .truncated)], limit: 8),
        Case(
            name: "counted at the limit", input: "8 <13>56787 <14>two", expected: [("<13>5678", .none), ("<14>two", .none)],
            limit: 8),
        Case(
            name: "counted above the limit", input: "12 <13>567890127 <14>two",
            expected: [("<13>5678", .truncated), ("<14>two", .none)], limit: 8),
        Case(name: "counted above the limit, cut off", input: "90 <13>567890", expected: [("<13>5678", .truncated)], limit: 8),
        Case(
            name: "count only: whole", input: "7 <13>one5 plain", expected: [("<13>one", .none), ("plain", .none)],
            mode: .octetCounting),
        Case(
            name: "count only: none", input: "<13>one\n7 <14>two",
            expected: [("<13>one", .badFrameLength), ("<14>two", .none)], mode: .octetCounting),
        Case(
            name: "count only: no number", input: "x7 <13>one\n", expected: [("x7 <13>one", .badFrameLength)],
            mode: .octetCounting),
        Case(name: "count only: digits", input: "1", expected: [("1", .badFrameLength)], mode: .octetCounting),
        Case(name: "count only: incomplete", input: "16 <1>1", expected: [("<1>1", .incompleteFrame)], mode: .octetCounting),
        Case(name: "none", input: "<13>one\n7 <14>two\n", expected: [("<13>one\n7 <14>two", .none)], mode: .none),
        Case(name: "none above the limit", input: "<13>5678\n\n", expected: [("<13>5678", .truncated)], mode: .none, limit: 8),
    ]

    @Test(arguments: cases)
    func allAtOnce(_ testCase: Case) {
        expect(FrameFeed.frames(of: Array(testCase.input.utf8), testCase.mode, testCase.limit), testCase)
        let oneShot = SyslogFraming.frames(
            of: Array(testCase.input.utf8), mode: testCase.mode, maximumFrameBytes: testCase.limit)
        expect(oneShot.map { FrameFeed.Frame(bytes: $0.bytes, flaw: $0.flaw) }, testCase)
    }

    @Test(arguments: cases)
    func byteByByte(_ testCase: Case) {
        let bytes = Array(testCase.input.utf8)
        expect(FrameFeed.frames(of: bytes, testCase.mode, testCase.limit, cuts: Array(0...bytes.count)), testCase)
    }

    @Test(arguments: cases)
    func atEverySplit(_ testCase: Case) {
        let bytes = Array(testCase.input.utf8)
        for cut in 0...bytes.count {
            expect(FrameFeed.frames(of: bytes, testCase.mode, testCase.limit, cuts: [cut]), testCase)
        }
    }

    private func expect(_ frames: [FrameFeed.Frame], _ testCase: Case) {
        #expect(frames == testCase.expected.map { FrameFeed.Frame(bytes: Array($0.0.utf8), flaw: $0.1) })
    }
}
