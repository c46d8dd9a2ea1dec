import Detection
import EventModel
import LocatedYAML
import Matching
import Sigma
import Testing

@Suite struct FieldAliasingTests {
    private static let cloud = LogSource(product: "cloud", service: "audit")
    private static let other = LogSource(product: "cloud", service: "sign_in")

    private static let aliasing = FieldAliasing(
        products: ProductCatalog([
            Product(
                name: "cloud_audit", logSources: [cloud, LogSource(category: "saas_audit")],
                fields: ProductFields(
                    aliases: [
                        .init("method", ["call.method"]),
                        .init("Agent", ["call.agent", "call.client"]),
                        .init("outcome", ["call.code"], words: ["good": ["0", "200"]]),
                        .init("data.*", ["*"]),
                        .init("target.*", ["call.target.*"]),
                    ],
                    known: ["call.method", "call.agent", "call.time", "call.target.*", "status"], isDescribed: true)),
            Product(
                name: "cloud_sign_in", logSources: [other],
                fields: ProductFields(
                    aliases: [.init("method", ["factor"]), .init("agent", ["call.agent"])], known: ["who"], isDescribed: true)),
            Product(name: "plain", logSources: [LogSource(product: "plain")]),
        ]))

    private static func text(_ field: String, _ value: String) -> MatchExpression {
        .test(FieldTest(.named(field), .text(.exactly(value))))
    }

    private static func rule(_ logSource: LogSource, _ expression: MatchExpression) -> SigmaRule {
        SigmaRule(
            metadata: RuleMetadata(
                id: "r", title: "R", version: "1", location: SourceLocation(file: "r.yml", line: 1, column: 1)),
            logSource: logSource, expression: expression)
    }

    // MARK: Names

    @Test(arguments: [
        ("method", cloud, ["method", "call.method"]),
        ("METHOD", cloud, ["METHOD", "call.method"]),
        ("agent", cloud, ["agent", "call.agent", "call.client"]),
        ("target.name", cloud, ["target.name", "call.target.name"]),
        ("target.", cloud, ["target."]),
        ("data.call.method", cloud, ["data.call.method", "call.method"]),
        ("call.method", cloud, ["call.method"]),
        ("method", other, ["method", "factor"]),
        ("method", LogSource(product: "cloud"), ["method", "call.method", "factor"]),
        ("agent", LogSource(product: "cloud"), ["agent", "call.agent", "call.client"]),
        ("method", LogSource(category: "saas_audit"), ["method"]),
        ("method", LogSource(), ["method"]),
        ("method", LogSource(product: "plain"), ["method"]),
        ("method", LogSource(product: "nobody"), ["method"]),
    ])
    func aNameStandsForItselfAndItsAliases(name: String, logSource: LogSource, expected: [String]) {
        #expect(Self.aliasing.names(of: name, for: logSource) == expected)
    }

    // MARK: Expressions

    @Test(arguments: [
        (text("method", "a"), MatchExpression.any([text("method", "a"), text("call.method", "a")])),
        (text("call.method", "a"), text("call.method", "a")),
        (.not(text("method", "a")), .not(.any([text("method", "a"), text("call.method", "a")]))),
        (
            .all([text("status", "x"), text("method", "a")]),
            .all([text("status", "x"), .any([text("method", "a"), text("call.method", "a")])])
        ),
        (
            .test(FieldTest(.named("method"), .null)),
            .all([.test(FieldTest(.named("method"), .null)), .test(FieldTest(.named("call.method"), .null))])
        ),
        (
            .test(FieldTest(.named("method"), .exists(false))),
            .all([
                .test(FieldTest(.named("method"), .exists(false))), .test(FieldTest(.named("call.method"), .exists(false))),
            ])
        ),
        (
            .test(FieldTest(.named("method"), .exists(true))),
            .any([.test(FieldTest(.named("method"), .exists(true))), .test(FieldTest(.named("call.method"), .exists(true)))])
        ),
        (text("outcome", "Good"), .any([text("outcome", "Good"), text("call.code", "0"), text("call.code", "200")])),
        (text("outcome", "bad"), .any([text("outcome", "bad"), text("call.code", "bad")])),
        (
            .test(FieldTest(.named("outcome"), .text(.containing("good")))),
            .any([
                .test(FieldTest(.named("outcome"), .text(.containing("good")))),
                .test(FieldTest(.named("call.code"), .text(.containing("good")))),
            ])
        ),
        (
            .test(FieldTest(.named("status"), .field(.named("method"), .equals))),
            .any([
                .test(FieldTest(.named("status"), .field(.named("method"), .equals))),
                .test(FieldTest(.named("status"), .field(.named("call.method"), .equals))),
            ])
        ),
        (.test(FieldTest(.anyValue, .text(.containing("method")))), .test(FieldTest(.anyValue, .text(.containing("method"))))),
        (.test(FieldTest(.vendor("method"), .null)), .test(FieldTest(.vendor("method"), .null))),
        (.constant(true), .constant(true)),
    ])
    func testsAreWidened(expression: MatchExpression, expected: MatchExpression) {
        #expect(Self.aliasing.widened(expression, for: Self.cloud) == expected)
    }

    @Test func rulesOfNoProductAreLeftAlone() {
        let expression = Self.text("method", "a")
        #expect(Self.aliasing.widened(expression, for: LogSource(category: "saas_audit")) == expression)
        #expect(Self.aliasing.widened(expression, for: LogSource()) == expression)
    }

    @Test(arguments: [
        ("call.method", "a", 1, true), ("method", "a", 1, true), ("call.method", "b", 1, false), ("factor", "a", 1, false),
        ("factor", "a", 2, false),
    ] as [(String, String, UInt16, Bool)])
    func aRuleSetFindsWhereTheValueStands(field: String, value: String, product: UInt16, isFound: Bool) {
        let catalog = FieldCatalog()
        let products = ProductCatalog([
            Product(name: "a", logSources: [Self.cloud], fields: ProductFields(aliases: [.init("method", ["call.method"])])),
            Product(name: "b", logSources: [Self.other], fields: ProductFields(aliases: [.init("method", ["factor"])])),
        ])
        let ruleSet = RuleSet(
            collection: SigmaCollection(rules: [Self.rule(Self.cloud, Self.text("method", "a"))]), products: products,
            catalog: catalog)
        var event = TestEvent(1, at: 0, kinds: [], fields: [(field, value)])
        event.product = product
        var detector = Detector(ruleSet: ruleSet)
        let stored = [event].stored(catalog: catalog, source: Source(id: 0, name: "test"))
        #expect(detector.detect(stored.batch).isEmpty != isFound)
    }

    // MARK: Fields that nothing carries

    @Test(arguments: [
        (text("method", "a"), true, []),
        (text("metod", "a"), false, ["metod ~ method"]),
        (text("call.tmie", "a"), false, ["call.tmie ~ call.time"]),
        (text("time", "a"), false, ["time ~ call.time"]),
        (text("nothing.like.it", "a"), false, ["nothing.like.it"]),
        (text("target.anything", "a"), true, []),
        (text("data.call.agent", "a"), true, []),
        (text("data.nothing", "a"), false, ["data.nothing"]),
        (text("identity", "a"), true, []),
        (text("call", "a"), false, ["call (object) ~ call.agent"]),
        (.any([text("metod", "a"), text("method", "a")]), true, ["metod ~ method"]),
        (.all([text("metod", "a"), text("method", "a")]), false, ["metod ~ method"]),
        (.all([.not(text("metod", "a")), text("method", "a")]), true, ["metod ~ method"]),
        (.test(FieldTest(.named("metod"), .null)), true, ["metod ~ method"]),
        (.not(.test(FieldTest(.named("metod"), .exists(false)))), false, ["metod ~ method"]),
        (.test(FieldTest(.named("method"), .field(.named("metod"), .equals))), false, ["metod ~ method"]),
        (.test(FieldTest(.anyValue, .text(.containing("a")))), true, []),
    ] as [(MatchExpression, Bool, [String])])
    func unknownFieldsAreTold(expression: MatchExpression, canFire: Bool, fields: [String]) {
        let check = Self.aliasing.check(Self.rule(Self.cloud, expression))
        #expect(check.canFire == canFire)
        let told = check.fields.map { $0.name + ($0.isObject ? " (object)" : "") + ($0.nearest.map { " ~ \($0)" } ?? "") }
        #expect(told == fields)
    }

    @Test(arguments: [LogSource(product: "plain"), LogSource(product: "nobody"), LogSource(category: "saas_audit"), LogSource()])
    func onlyDescribedProductsAreJudged(logSource: LogSource) {
        #expect(Self.aliasing.check(Self.rule(logSource, Self.text("metod", "a"))) == RuleFieldCheck(canFire: true, fields: []))
    }

    @Test func oneProductThatCarriesAFieldIsEnough() {
        let check = Self.aliasing.check(Self.rule(LogSource(product: "cloud"), Self.text("who", "a")))
        #expect(check == RuleFieldCheck(canFire: true, fields: []))
        let both = MatchExpression.all([Self.text("who", "a"), Self.text("call.time", "a")])
        // Each field has its product, but no record has both.
        #expect(Self.aliasing.check(Self.rule(LogSource(product: "cloud"), both)) == RuleFieldCheck(canFire: false, fields: []))
    }
}
