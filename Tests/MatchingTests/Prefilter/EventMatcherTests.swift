import EventModel
import Matching
import Testing

private func equals(_ field: String, _ value: String) -> MatchExpression {
    .test(FieldTest(.named(field), .text(.exactly(value))))
}

private func contains(_ field: String, _ value: String) -> MatchExpression {
    .test(FieldTest(.named(field), .text(.containing(value))))
}

@Suite struct EventMatcherTests {
    static let filing: [(expression: MatchExpression, place: @Sendable (EventMatcher.Statistics) -> Int)] = [
        (equals("a", "x"), { $0.byValue }),
        (.all([.not(equals("a", "x")), contains("b", "yy")]), { $0.byValue }),
        (.any([equals("a", "x"), contains("b", "yy")]), { $0.byValue }),
        (.not(.any([.not(equals("a", "x")), equals("b", "y")])), { $0.byValue }),
        (.test(FieldTest(.anyValue, .text(.containing("x")))), { $0.byValue }),
        (.test(FieldTest(.named("a"), .compare(.greater, 1))), { $0.byPresence }),
        (.test(FieldTest(.named("a"), .exists(true))), { $0.byPresence }),
        (.not(.test(FieldTest(.named("a"), .null))), { $0.byPresence }),
        (.any([equals("a", "x"), .test(FieldTest(.named("b"), .compare(.less, 1)))]), { $0.byPresence }),
        (.not(equals("a", "x")), { $0.always }),
        (.any([equals("a", "x"), .not(equals("b", "y"))]), { $0.always }),
        (.test(FieldTest(.named("a"), .exists(false))), { $0.always }),
        (.constant(true), { $0.always }),
        (.constant(false), { $0.never }),
        (.any([]), { $0.never }),
        (.test(FieldTest(.named("a"), .regex(RegexPattern("(")))), { $0.never }),
    ]

    @Test(arguments: filing.indices)
    func filesUnderWhatMustHold(index: Int) {
        let entry = EventMatcher.Entry(expression: Self.filing[index].expression)
        let matcher = EventMatcher(entries: [entry], catalog: FieldCatalog(), productCount: 1)
        #expect(Self.filing[index].place(matcher.statistics) == 1, "\(Self.filing[index].expression)")
        #expect(matcher.statistics.entries == 1)
    }

    @Test func productsGateEveryKindOfEntry() {
        let catalog = FieldCatalog()
        let expressions: [MatchExpression] = [
            equals("a", "x"), contains("a", "x"), .test(FieldTest(.named("a"), .exists(true))), .not(equals("a", "y")),
            .test(FieldTest(.anyValue, .text(.containing("x")))),
        ]
        let entries = expressions.flatMap { expression in
            [nil, [], [1], [0, 2]].map { EventMatcher.Entry(expression: expression, products: $0) }
        }
        let matcher = EventMatcher(entries: entries, catalog: catalog, productCount: 3)
        let events = [UInt16(0), 1, 2, 3, 900].map { product in
            var event = SampleEvent.strings(["a": "x"])
            event.product = product
            return event
        }
        var matches = ContiguousArray<EventMatcher.Match>()
        matcher.match(SampleEvent.batch(events, catalog: catalog), scratch: MatchScratch(), into: &matches)
        let allowed: [[UInt32]] = [[0, 3], [0, 2], [0, 3], [0], [0]]
        let expected = allowed.enumerated().flatMap { row, entries in
            (0..<5).flatMap { kind in entries.map { EventMatcher.Match(row: UInt32(row), entry: UInt32(kind * 4) + $0) } }
        }
        #expect(Array(matches) == expected)
    }

    /// Values beyond the memo's bounds, and longer than it keeps, are found again after it has been cleared.
    @Test func rememberedValuesStayRightWhenTheMemoOverflows() {
        let catalog = FieldCatalog()
        let entries = (0..<50).map { EventMatcher.Entry(expression: contains("a", "-\($0)-")) }
        let matcher = EventMatcher(entries: entries, catalog: catalog, productCount: 1)
        let scratch = MatchScratch()
        let long = String(repeating: "y", count: 600)
        for round in 0..<2 {
            for start in stride(from: 0, to: 10_000, by: 500) {
                let numbers = Array(start..<start + 500)
                let events = numbers.map { number in
                    SampleEvent.strings(["a": "v\(number) -\(number % 75)-" + (number % 100 == 7 ? long : "")])
                }
                var matches = ContiguousArray<EventMatcher.Match>()
                matcher.match(SampleEvent.batch(events, catalog: catalog), scratch: scratch, into: &matches)
                let expected = numbers.filter { $0 % 75 < 50 }.map {
                    EventMatcher.Match(row: UInt32($0 - start), entry: UInt32($0 % 75))
                }
                #expect(Array(matches) == expected, "round \(round), from \(start)")
            }
        }
    }

    @Test func fieldsUnknownAtCompilationAreIgnored() {
        let catalog = FieldCatalog()
        let matcher = EventMatcher(entries: [.init(expression: equals("a", "x"))], catalog: catalog, productCount: 1)
        let event = SampleEvent.strings(["new.one": "x", "new.two": "x", "a": "x", "new.three": "x"])
        var matches = ContiguousArray<EventMatcher.Match>()
        matcher.match(SampleEvent.batch([event], catalog: catalog), scratch: MatchScratch(), into: &matches)
        #expect(Array(matches) == [.init(row: 0, entry: 0)])
    }

    @Test func fieldsBeyondAFullCatalogAreFoundByFreeTextOnly() {
        let catalog = FieldCatalog(capacity: 0)
        let entries: [EventMatcher.Entry] = [
            .init(expression: equals("one", "x")), .init(expression: .test(FieldTest(.anyValue, .text(.exactly("x"))))),
        ]
        let matcher = EventMatcher(entries: entries, catalog: catalog, productCount: 1)
        var matches = ContiguousArray<EventMatcher.Match>()
        let batch = SampleEvent.batch([.strings(["one": "x"]), .strings(["two": "x"])], catalog: catalog)
        matcher.match(batch, scratch: MatchScratch(), into: &matches)
        #expect(Array(matches) == [.init(row: 0, entry: 1), .init(row: 1, entry: 1)])
    }

    @Test func manyMatchesOfOneEventComeInOrder() {
        let catalog = FieldCatalog()
        let entries = (0..<200).map { number in
            EventMatcher.Entry(expression: [equals("a", "x"), equals("b", "y"), .constant(true)][number % 3])
        }
        let matcher = EventMatcher(entries: entries, catalog: catalog, productCount: 1)
        let batch = SampleEvent.batch([.strings(["b": "y", "a": "x"])], catalog: catalog)
        var matches = ContiguousArray<EventMatcher.Match>()
        matcher.match(batch, scratch: MatchScratch(), into: &matches)
        #expect(matches.map(\.entry) == Array(0..<200))
    }

    @Test func oneScratchServesManyMatchers() {
        let catalog = FieldCatalog()
        let scratch = MatchScratch()
        let matchers = (0..<7).map { number in
            EventMatcher(
                entries: [.init(expression: equals("a", "x\(number)")), .init(expression: contains("a", "\(number)"))],
                catalog: catalog, productCount: 1)
        }
        let batch = SampleEvent.batch((0..<7).map { .strings(["a": "x\($0)"]) }, catalog: catalog)
        for _ in 0..<3 {
            for (number, matcher) in matchers.enumerated() {
                var matches = ContiguousArray<EventMatcher.Match>()
                matcher.match(batch, scratch: scratch, into: &matches)
                #expect(Array(matches) == (0..<2).map { .init(row: UInt32(number), entry: $0) })
            }
        }
    }

    /// A field with very many values, and a rule that relates two such fields, cost bounded time.
    @Test func hostileEventIsBounded() {
        let catalog = FieldCatalog()
        let values = (0..<20_000).map { SampleEvent.Value(path: $0 % 2 == 0 ? "a" : "b", text: "v\($0)", kind: .string) }
        let entries: [EventMatcher.Entry] = [
            .init(expression: .test(FieldTest(.named("a"), .field(.named("b"), .equals)))),
            .init(expression: equals("a", "v19998")),
        ]
        let matcher = EventMatcher(entries: entries, catalog: catalog, productCount: 1)
        var matches = ContiguousArray<EventMatcher.Match>()
        let start = ContinuousClock.now
        matcher.match(SampleEvent.batch([SampleEvent(vendor: values)], catalog: catalog), scratch: MatchScratch(), into: &matches)
        #expect(Array(matches) == [.init(row: 0, entry: 1)])
        #expect(ContinuousClock.now - start < .seconds(5))
    }
}
