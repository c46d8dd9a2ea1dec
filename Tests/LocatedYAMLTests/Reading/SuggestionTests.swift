import LocatedYAML
import Testing

@Suite struct SuggestionTests {
    @Test(arguments: [
        ("listners", "listeners"), ("LISTENERS", "listeners"), ("contians", "contains"), ("pat", "path"), ("nmae", "name"),
        ("completely_else", nil), ("", nil), ("x", nil),
    ])
    func `the nearest word`(written: String, meant: String?) {
        #expect(Suggestion.nearest(to: written, among: ["listeners", "contains", "path", "name"]) == meant)
    }

    @Test func `long words cost nothing`() {
        let long = String(repeating: "a", count: 1_000_000)
        #expect(Suggestion.nearest(to: long, among: [long]) == nil)
    }
}
