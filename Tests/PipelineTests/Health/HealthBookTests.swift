import EventModel
import Pipeline
import Testing

struct HealthBookTests {
    private static let start = SourceCadenceTests.monday

    @Test func sourcesAreKnownByName() {
        var book = HealthBook()
        let limits: [String: Int64?] = ["a": 1_000_000, "b": nil]
        #expect(book.look(["a": .init(received: 5), "other": .init(received: 1)], limits: limits, at: Self.start).isEmpty)
        let said = book.look(["a": .init(received: 5)], limits: limits, at: Self.start + 2_000_000)
        #expect(said.map(\.kind) == [.silent])
        #expect(book[source: "a"]?.silentSince != nil)
        #expect(book[source: "b"]?.silentSince == nil)
        #expect(book[source: "other"] == nil)
    }

    @Test func whatWasBeforeTheFirstLookIsNotTold() {
        var book = HealthBook()
        let ledger = ["a": SourceHealth.Counts(received: 9, dropped: ["kernel": 9])]
        #expect(book.look(ledger, limits: ["a": nil], at: Self.start).isEmpty)
        #expect(book.look(ledger, limits: ["a": nil], at: Self.start + 1_000_000).isEmpty)
    }

    @Test func aRestartGoesOnWhereItWas() throws {
        var book = HealthBook()
        let limits: [String: Int64?] = ["a": 5_000_000]
        for second in 0..<9 { _ = book.look([:], limits: limits, at: Self.start + Int64(second) * 1_000_000) }
        var again = try #require(HealthBook(json: book.json))
        #expect(again == book)
        #expect(again.look([:], limits: limits, at: Self.start + 9_000_000).isEmpty, "told before the restart, not again")
        #expect(again.look(["a": .init(received: 1)], limits: limits, at: Self.start + 10_000_000).map(\.kind) == [.recovered])
    }

    @Test func whatIsNoLongerConfiguredIsForgotten() {
        var book = HealthBook()
        _ = book.look([:], limits: ["a": nil, "b": nil], at: Self.start)
        _ = book.look([:], limits: ["b": nil], at: Self.start + 1_000_000)
        #expect(book[source: "a"] == nil && book[source: "b"] != nil)
    }

    @Test(arguments: ["", "{", "[]", "{\"sources\":{\"a\":{}}}", "{\"sources\":7}"])
    func foreignTextIsRefused(_ text: String) { #expect(HealthBook(json: text) == nil) }
}
