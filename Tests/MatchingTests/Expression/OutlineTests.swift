import EventModel
import Matching
import Testing

@Suite("Expressions for people") struct OutlineTests {
    static let tests: [(FieldTest, String)] = [
        (FieldTest(.named("a"), .text(.exactly("x"))), "a is \"x\""),
        (FieldTest(.named("a"), .text(.exactly(""))), "a is \"\""),
        (FieldTest(.named("a"), .text(.containing("x*y"))), "a is like \"*x\\*y*\""),
        (FieldTest(.named("a"), .text(TextPattern([.literal("x"), .anyOne], isCased: true))), "a is like \"x?\" (case matters)"),
        (FieldTest(.vendor("b.c"), .exists(true)), "raw.b.c exists"),
        (FieldTest(.vendor("b.c"), .exists(false)), "raw.b.c does not exist"),
        (FieldTest(.named("a"), .null), "a is missing or null"),
        (FieldTest(.named("a"), .number(3, text: "3")), "a is 3"),
        (FieldTest(.named("a"), .compare(.greaterOrEqual, 3)), "a >= 3"),
        (FieldTest(.named("a"), .compare(.less, 2.5)), "a < 2.5"),
        (FieldTest(.named("a"), .regex(RegexPattern("^x+$", ignoresCase: true))), "a matches /^x+$/i"),
        (FieldTest(.named("a"), .field(.named("b"), .endsWith)), "a ends with the value of b"),
        (FieldTest(.anyValue, .text(.containing("x"))), "any value is like \"*x*\""),
    ]

    @Test(arguments: tests.indices) func testsReadAsSentences(index: Int) {
        #expect(Self.tests[index].0.description == Self.tests[index].1)
    }

    @Test func blocksAreIndented() {
        let a = MatchExpression.test(FieldTest(.named("a"), .exists(true)))
        let b = MatchExpression.test(FieldTest(.named("b"), .exists(true)))
        let expression = MatchExpression.all([a, .not(.any([a, b])), .any([b])])
        #expect(expression.outline == ["all of", "  a exists", "  not", "    any of", "      a exists", "      b exists", "  b exists"])
        #expect(expression.testCount == 4)
    }
}
