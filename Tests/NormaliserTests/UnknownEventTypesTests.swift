import EventModel
import Foundation
import LocatedYAML
import Normaliser
import Testing

/// Events that only the default of a mapping takes are counted by their type, within bounds.
@Suite struct UnknownEventTypesTests {
    private func counts(_ types: [String?]) throws -> [UnknownEventTypes.Count] {
        let file = YAMLFile(text: MappingFileTests.valid, path: "example.yml")
        let mappings = try #require(ProductMappings.load([file], catalog: FieldCatalog()).0)
        let unknown = UnknownEventTypes(mappings)
        let normaliser = Normaliser(mappings: mappings, unknownTypes: unknown)
        let records = types.map { type in
            #"{"kind":"audit","who":"D"\#(type.map { #","what":"\#($0)""# } ?? "")}"#
        }
        for start in stride(from: 0, to: records.count, by: 100) {
            _ = normaliser.normalise(NormaliserFixture.batch(Array(records[start..<min(start + 100, records.count)])))
        }
        return unknown.counts
    }

    @Test func onlyTypesThatNoListHasAreCounted() throws {
        #expect(
            try counts(["user.made", "a.read", "new", "other", "new", nil]) == [
                .init(product: "example", type: "new", events: 2), .init(product: "example", type: "(none)", events: 1),
                .init(product: "example", type: "other", events: 1),
            ])
        #expect(try counts(["user.made"]) == [])
    }

    @Test func typesBeyondTheBoundAreOneTogether() throws {
        let found = try counts((0..<1_000).map { "t\($0)" })
        #expect(found.count == UnknownEventTypes.maximumTypes + 1)
        #expect(found.last == .init(product: "example", type: UnknownEventTypes.rest, events: 800))
        #expect(found.reduce(0) { $0 + $1.events } == 1_000)
    }

    @Test(arguments: [
        (String(repeating: "x", count: 64), String(repeating: "x", count: 64)),
        (String(repeating: "x", count: 65), String(repeating: "x", count: 64) + "…"),
        (String(repeating: "x", count: 63) + "ü", String(repeating: "x", count: 63) + "…"),
        (String(repeating: "x", count: 62) + "üy", String(repeating: "x", count: 62) + "ü…"),
    ])
    func longTypesAreCutBetweenCharacters(type: String, shown: String) throws {
        #expect(try counts([type]) == [.init(product: "example", type: shown, events: 1)])
    }

    @Test func theMostFrequentOnesAreKept() {
        let counts = [("a", "x", 5), ("a", "y", 3), ("a", "z", 2), ("a", "(others)", 1), ("b", "v", 1)]
            .map { UnknownEventTypes.Count(product: $0.0, type: $0.1, events: $0.2) }
        #expect(
            UnknownEventTypes.most(1, of: counts) == [
                .init(product: "a", type: "x", events: 5), .init(product: "a", type: "(others)", events: 6),
                .init(product: "b", type: "v", events: 1),
            ])
        #expect(UnknownEventTypes.most(9, of: counts) == counts)
    }
}
