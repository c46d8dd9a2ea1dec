import LocatedYAML
import Testing

@Suite struct YAMLScalarTests {
    @Test(arguments: [
        ("", YAMLScalar.Value.null), ("~", .null), ("null", .null), ("NULL", .null), ("nUll", .text),
        ("yes", .bool(true)), ("No", .bool(false)), ("on", .bool(true)), ("OFF", .bool(false)), ("true", .bool(true)),
        ("False", .bool(false)), ("y", .text), ("n", .text), ("tRue", .text),
        ("0", .integer(0)), ("-0", .integer(0)), ("42", .integer(42)), ("+7", .integer(7)), ("-7", .integer(-7)),
        ("1_000", .integer(1000)), ("0x1F", .integer(31)), ("-0x1f", .integer(-31)), ("0x", .text), ("0xg", .text),
        ("017", .integer(15)), ("018", .text), ("0o17", .text), ("0b101", .integer(5)), ("0b2", .text), ("00", .integer(0)),
        ("1:30", .integer(90)), ("-1:30:15", .integer(-5415)), ("1:60", .text), ("0:30", .text), ("1:", .text),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .float(9_223_372_036_854_775_808)),
        ("1.5", .float(1.5)), ("-1.5", .float(-1.5)), ("1.", .float(1)), (".5", .float(0.5)), ("-.5", .text), (".", .text),
        ("1e3", .text), ("1.0e3", .text), ("1.0e+3", .float(1000)), ("1.5E-1", .float(0.15)), ("1.0e+", .text),
        ("1_0.5", .float(10.5)), ("1:30.5", .float(90.5)), (".inf", .float(.infinity)), ("-.INF", .float(-.infinity)),
        ("1.2.3.4", .text), ("10.0.0.0/8", .text), ("2026-01-05", .text), ("1-2", .text), ("+", .text), ("-", .text),
        ("=", .text),
        ("4624 ", .text), ("0x1F ", .text), ("١", .text),
    ])
    func `plain scalars mean what YAML 1_1 says`(text: String, value: YAMLScalar.Value) {
        #expect(YAMLScalar.Value(plain: text) == value)
    }

    @Test(arguments: [
        ("0x10", "16"), ("1_000", "1000"), ("017", "15"), ("1.50", "1.5"), ("1.0", "1"), ("yes", "true"), ("~", ""),
        ("18446744073709551616", "18446744073709551616"), ("word", "word"), ("1.0e+300", "1e+300"),
    ])
    func `canonical text`(text: String, canonical: String) {
        #expect(YAMLScalar(text).canonicalText == canonical)
    }

    @Test(arguments: [YAMLScalar.Style.singleQuoted, .doubleQuoted, .literal, .folded])
    func `what is quoted stays text`(style: YAMLScalar.Style) {
        for text in ["1", "yes", "null", "", "1.5"] { #expect(YAMLScalar(text, style: style).value == .text) }
    }

    @Test func `long runs of digits are read in bounded time`() {
        #expect(YAMLScalar.Value(plain: String(repeating: "9", count: 1_000_000)) == .text)
    }
}
