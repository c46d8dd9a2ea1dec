import LocatedYAML
import Testing

@Suite struct YAMLFilePositionsTests {
    @Test(arguments: [
        ("c: a and b", 6, "1:10"), ("c: a and b", 0, "1:4"), ("c: a and b", 7, "1:11"), ("c: 'a and b'", 6, "1:11"),
        ("c: \"a and b\"", 2, "1:7"), ("c: 'it''s b'", 5, "1:11"), ("c: \"a \\\" b\"", 4, "1:10"),
        ("c: a and\n   b", 6, "2:4"), ("c: |\n  a and\n  b", 6, "3:3"), ("c: >\n  a and\n  b or c", 8, "3:5"),
        ("c: >-\n\n    a\n    b", 3, "4:5"), ("é: ä b", 2, "1:6"), ("c: \"\"", 0, "1:5"), ("c: ab", 1, "1:5"),
    ])
    func `characters of scalars`(text: String, offset: Int, place: String) throws {
        let file = YAMLFile(text: text, path: "f.yml")
        let node = try #require(file.documents.first?.mapping?.first?.value)
        #expect(file.location(ofCharacter: offset, in: node).description == "f.yml:\(place)")
    }

    @Test func `an excerpt marks the place`() {
        let file = YAMLFile(text: "a: 1\nb: no good", path: "f.yml")
        let diagnostic = Diagnostic(.error, at: SourceLocation(file: "f.yml", line: 2, column: 4), "wrong")
        #expect(file.excerpt(of: diagnostic) == "f.yml:2:4: error: wrong\nb: no good\n   ^")
        let elsewhere = Diagnostic(.warning, at: SourceLocation(file: "g.yml", line: 2, column: 4), "wrong")
        #expect(file.excerpt(of: elsewhere) == "g.yml:2:4: warning: wrong")
    }
}
