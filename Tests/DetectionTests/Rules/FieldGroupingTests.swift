import Detection
import EventModel
import LocatedYAML
import Matching
import Sigma
import Testing

/// Correlations that name fields as other dialects do.
@Suite struct FieldGroupingTests {
    private static let cloud = LogSource(product: "cloud", service: "audit")
    private static let signIn = LogSource(product: "cloud", service: "sign_in")

    private static let products = ProductCatalog([
        Product(
            name: "cloud_audit", logSources: [cloud],
            fields: ProductFields(
                aliases: [
                    .init("principal", ["call.auth.email", "call.auth.name"]), .init("data.*", ["*"]),
                    .init("amount", ["call.units"]),
                ],
                known: ["call.address", "call.auth.note"], isDescribed: true)),
        Product(
            name: "cloud_sign_in", logSources: [signIn],
            fields: ProductFields(aliases: [.init("principal", ["user.mail"])], known: ["user.address"], isDescribed: true)),
    ])

    private static func collection(_ correlations: [SigmaCorrelation]) -> SigmaCollection {
        SigmaCollection(
            rules: [
                RuleFixtures.base("b0", logSource: cloud), RuleFixtures.base("b1", logSource: signIn),
                RuleFixtures.base("both", logSource: LogSource(product: "cloud")), RuleFixtures.base("any"),
            ],
            correlations: correlations)
    }

    private static func stream(_ correlations: SigmaCorrelation...) -> Stream {
        Stream(collection(correlations), products: products)
    }

    private static func event(_ kind: String, _ fields: [(String, String)], product: UInt16 = 1) -> TestEvent {
        var event = TestEvent(1, at: 0, kinds: [kind], fields: fields)
        event.product = product
        return event
    }

    /// One event at each second.
    private static func feed(_ stream: inout Stream, _ events: [TestEvent]) {
        for (number, event) in events.enumerated() {
            var event = event
            event.sequence = Int64(number + 1)
            event.time = Int64(number)
            stream.feed([event])
        }
    }

    // MARK: Groups

    /// The value of `principal` that an event is grouped by; nil: it does not count.
    @Test(arguments: [
        ("b0", 1, [("call.auth.email", "ana")], "ana"),
        ("b0", 1, [("call.auth.name", "ana")], "ana"),
        ("b0", 1, [("principal", "ana")], "ana"),
        ("b0", 1, [("call.auth.name", "ben"), ("call.auth.email", "ana")], "ana"),
        ("b0", 1, [("call.auth.email", "ben"), ("principal", "ana")], "ana"),
        ("b0", 1, [("user.mail", "ana")], nil),
        ("b1", 2, [("user.mail", "ana")], "ana"),
        ("b1", 2, [("call.auth.email", "ana")], nil),
        ("both", 1, [("call.auth.email", "ana")], "ana"),
        ("both", 2, [("user.mail", "ana")], "ana"),
        ("both", 2, [("user.mail", "ben"), ("call.auth.name", "ana")], "ana"),
        ("any", 1, [("call.auth.email", "ana")], nil),
        ("any", 1, [("principal", "ana")], "ana"),
    ] as [(String, UInt16, [(String, String)], String?)])
    func theFirstNameWithAValueGroups(rule: String, product: UInt16, fields: [(String, String)], expected: String?) {
        var stream = Self.stream(
            RuleFixtures.correlation("c", .eventCount, rules: [rule], by: ["principal"], [CountCondition(.gte, 1)]))
        Self.feed(&stream, [Self.event(rule, fields, product: product)])
        #expect(stream.outcome.map(\.group) == (expected.map { [["principal=\($0)"]] } ?? []))
        let statistics = stream.correlator.statistics.first { $0.rule.id == "c" }?.statistics
        #expect(statistics?.missingGroupValue == (expected == nil ? 1 : 0))
    }

    @Test func severalValuesAreThoseOfOneName() {
        var stream = Self.stream(
            RuleFixtures.correlation("c", .eventCount, by: ["principal"], [CountCondition(.gte, 1)]))
        let fields = [("call.auth.name", "eve"), ("call.auth.email", "ana"), ("call.auth.email", "ben")]
        Self.feed(&stream, [Self.event("b0", fields)])
        #expect(stream.outcome.map(\.group) == [["principal=ana"], ["principal=ben"]])
    }

    @Test func aNameBelowAnAliasedObjectGroups() {
        var stream = Self.stream(
            RuleFixtures.correlation("c", .eventCount, by: ["data.call.address"], [CountCondition(.gte, 2)]))
        Self.feed(
            &stream, ["192.0.2.1", "192.0.2.2", "192.0.2.1"].map { Self.event("b0", [("call.address", $0)]) })
        #expect(stream.outcome.map(\.group) == [["data.call.address=192.0.2.1"]])
        #expect(stream.outcome.map(\.count) == [2])
    }

    @Test func rulesOfTwoProductsJoinByOneName() {
        var stream = Self.stream(
            RuleFixtures.correlation("c", .temporal, rules: ["b0", "b1"], by: ["principal"]))
        Self.feed(
            &stream,
            [
                Self.event("b0", [("call.auth.email", "ana")]), Self.event("b1", [("user.mail", "ben")], product: 2),
                Self.event("b1", [("user.mail", "ana")], product: 2),
            ])
        #expect(stream.outcome.map(\.group) == [["principal=ana"]])
        #expect(stream.outcome.map(\.evidence) == [[1, 3]])
    }

    @Test func aliasesOfACorrelationLeadToAliasesOfTheProduct() {
        var stream = Self.stream(
            RuleFixtures.correlation(
                "c", .temporal, rules: ["b0", "b1"], by: ["who"],
                aliases: ["who": ["b0": "data.call.auth.email", "b1": "principal"]]))
        Self.feed(
            &stream,
            [Self.event("b0", [("call.auth.email", "ana")]), Self.event("b1", [("user.mail", "ana")], product: 2)])
        #expect(stream.outcome.map(\.group) == [["who=ana"]])
    }

    @Test func correlationsOnCorrelationsGroupByTheNameThatWasWritten() {
        var stream = Self.stream(
            RuleFixtures.correlation("inner", .eventCount, by: ["principal"], [CountCondition(.gte, 2)]),
            RuleFixtures.correlation("outer", .eventCount, rules: ["inner"], by: ["principal"], [CountCondition(.gte, 2)]))
        Self.feed(&stream, (0..<3).map { _ in Self.event("b0", [("call.auth.name", "ana")]) })
        #expect(stream.outcome.map(\.rule) == ["outer"])
        #expect(stream.outcome.map(\.group) == [["principal=ana"]])
    }

    // MARK: Values

    @Test(arguments: [
        ([[("call.units", "a")], [("call.units", "b")]], 2),
        ([[("call.units", "a")], [("amount", "b")]], 2),
        ([[("call.units", "a")], [("amount", "A")]], 1),
        ([[("amount", "a"), ("call.units", "b")], [("amount", "a"), ("call.units", "c")]], 1),
        ([[("amount", "a"), ("amount", "b"), ("call.units", "c")]], 2),
        ([[("call.units", "a"), ("call.units", "b")]], 2),
    ] as [([[(String, String)]], Int)])
    func distinctValuesAreThoseOfTheFirstNameWithOne(events: [[(String, String)]], distinct: Int) {
        for count in [distinct, distinct + 1] {
            var stream = Self.stream(
                RuleFixtures.correlation("c", .valueCount, by: ["principal"], [CountCondition(.gte, count)], field: "amount"))
            Self.feed(&stream, events.map { Self.event("b0", [("call.auth.name", "ana")] + $0) })
            #expect(stream.findings.count == (count == distinct ? 1 : 0), "at least \(count)")
        }
    }

    @Test func tuplesOfAliasedFieldsAreCounted() {
        var stream = Self.stream(
            RuleFixtures.correlation(
                "c", .valueCount, by: [], [CountCondition(.gte, 3)], fields: ["principal", "amount"]))
        let pairs = [("ana", "1"), ("ana", "2"), ("ben", "1"), ("ana", "1")]
        Self.feed(&stream, pairs.map { Self.event("b0", [("call.auth.email", $0.0), ("call.units", $0.1)]) })
        #expect(stream.findings.count == 1)
    }

    @Test func numbersAreTakenFromAliases() {
        var stream = Self.stream(
            RuleFixtures.correlation("c", .valueSum, by: ["principal"], [CountCondition(.gte, 7)], field: "amount"))
        Self.feed(
            &stream,
            [
                Self.event("b0", [("principal", "ana"), ("call.units", "3")]),
                Self.event("b0", [("call.auth.name", "ana"), ("amount", "4"), ("call.units", "90")]),
                Self.event("b0", [("call.auth.name", "ben"), ("amount", "4")]),
            ])
        stream.end()
        #expect(stream.outcome.map(\.group) == [["principal=ana"]])
    }

    // MARK: Names that nothing carries

    private static func check(_ correlation: SigmaCorrelation) -> CorrelationFieldCheck {
        let rules = collection([correlation]).rules
        return FieldAliasing(products: products).check(
            correlation, rules: Dictionary(uniqueKeysWithValues: rules.map { ($0.metadata.id, $0) }))
    }

    private static let one = [CountCondition(.gte, 1)]

    @Test(arguments: [
        (RuleFixtures.correlation("c", .eventCount, by: ["principal"], one), true, []),
        (RuleFixtures.correlation("c", .eventCount, by: ["call.address", "identity"], one), true, []),
        (RuleFixtures.correlation("c", .eventCount, by: ["adress"], one), false, ["Title b0: adress"]),
        (RuleFixtures.correlation("c", .eventCount, by: ["call.auth"], one), false, ["Title b0: call.auth ~ call.auth.email"]),
        (RuleFixtures.correlation("c", .valueCount, by: [], one, field: "amuont"), false, ["Title b0: amuont ~ amount"]),
        (RuleFixtures.correlation("c", .valueSum, rules: ["b1"], by: [], one, field: "amount"), false, ["Title b1: amount"]),
        (
            RuleFixtures.correlation("c", .eventCount, rules: ["b0", "b1"], by: ["call.address"], one), true,
            ["Title b1: call.address"]
        ),
        (RuleFixtures.correlation("c", .eventCount, rules: ["both"], by: ["call.address"], one), true, []),
        (RuleFixtures.correlation("c", .eventCount, rules: ["both"], by: ["call.address", "user.address"], one), false, ["Title both: "]),
        (RuleFixtures.correlation("c", .eventCount, rules: ["any"], by: ["adress"], one), true, []),
        (
            RuleFixtures.correlation("c", .temporal, rules: ["b0", "b1"], by: ["call.address"]), false, ["Title b1: call.address"]
        ),
        (
            RuleFixtures.correlation("c", .temporal, rules: ["b0", "b1", "any"], by: ["call.address"], [CountCondition(.gte, 2)]),
            true, ["Title b1: call.address"]
        ),
        (
            RuleFixtures.correlation("c", .temporal, rules: ["b0", "b1", "any"], by: ["call.address"], [CountCondition(.gte, 3)]),
            false, ["Title b1: call.address"]
        ),
        (
            RuleFixtures.correlation(
                "c", .temporal, rules: ["b0", "b1"], by: ["a"], aliases: ["a": ["b0": "call.address", "b1": "user.address"]]),
            true, []
        ),
        (
            RuleFixtures.correlation(
                "c", .temporal, rules: ["b0", "b1"], by: ["a"], aliases: ["a": ["b0": "call.address", "b1": "user.adress"]]),
            false, ["Title b1: user.adress ~ user.address"]
        ),
        (
            RuleFixtures.correlation(
                "c", .temporal, rules: ["b0", "b1"], by: ["call.address"], condition: .all([.rule("b0"), .not(.rule("b1"))])),
            true, ["Title b1: call.address"]
        ),
        (
            RuleFixtures.correlation(
                "c", .temporal, rules: ["b0", "b1"], by: ["user.address"], condition: .all([.rule("b0"), .not(.rule("b1"))])),
            false, ["Title b0: user.address"]
        ),
        (
            RuleFixtures.correlation(
                "c", .temporal, rules: ["b0", "b1"], by: ["user.address"], condition: .any([.rule("b0"), .rule("b1")])),
            true, ["Title b0: user.address"]
        ),
    ] as [(SigmaCorrelation, Bool, [String])])
    func baseRulesWithoutTheFieldsAreTold(correlation: SigmaCorrelation, canFire: Bool, silent: [String]) {
        let check = Self.check(correlation)
        #expect(check.canFire == canFire)
        let told = check.silent.map { base in
            base.title + ": " + base.fields.map { $0.name + ($0.nearest.map { " ~ \($0)" } ?? "") }.joined(separator: ", ")
        }
        #expect(told == silent)
    }
}
