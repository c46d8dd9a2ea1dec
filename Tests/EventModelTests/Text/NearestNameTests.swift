import EventModel
import Testing

@Suite struct NearestNameTests {
    static let cases: [(name: String, candidates: [String], nearest: String?)] = [
        ("colour", ["color", "collar", "odour"], "color"),
        ("listners", ["listeners", "lists"], "listeners"),
        ("soruces", ["sources", "sorted"], "sources"),
        ("USER", ["user", "uses"], "user"),
        ("usr", ["user", "us"], "us"),
        ("ip", ["id", "ua"], "id"),
        ("ip", ["user", "actor"], nil),
        ("actor.user.nmae", ["actor.user.name", "actor.user.uid"], "actor.user.name"),
        ("completely", ["different", "words"], nil),
        ("bat", ["cat", "bad"], "bad"),
        ("", ["a"], nil),
        ("a", [], nil),
        (String(repeating: "a", count: 200), [String(repeating: "a", count: 200)], nil),
    ]

    @Test(arguments: cases.indices)
    func nearest(index: Int) {
        let given = Self.cases[index]
        #expect(NearestName.find(given.name, in: given.candidates) == given.nearest, "\(given.name)")
        #expect(NearestName.find(given.name, in: given.candidates.reversed()) == given.nearest, "\(given.name), reversed")
    }
}
