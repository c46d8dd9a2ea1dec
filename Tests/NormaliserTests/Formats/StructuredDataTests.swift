import Normaliser
import Testing

@Suite struct StructuredDataTests {
    private func parse(_ text: String) -> StructuredData { Array(text.utf8).withUnsafeBytes { StructuredData.parse($0) } }

    @Test func keepsOrderAndRepeats() {
        let data = parse(#"[b@1 k="1" k="2"][a@1]"#)
        #expect(data.elements.map(\.id) == ["b@1", "a@1"])
        #expect(data.elements[0].parameters.map(\.name) == ["k", "k"])
        #expect(data.elements[0].parameters.map(\.text) == ["1", "2"])
    }

    @Test(arguments: [
        (#"a\"b"#, #"a"b"#), (#"a\\b"#, #"a\b"#), (#"a\]b"#, "a]b"), (#"a\nb"#, #"a\nb"#), ("é", "é"), ("", ""),
    ])
    func resolvesEscapes(text: String, value: String) {
        let parameter = parse("[x@1 k=\"\(text)\"]").elements[0].parameters[0]
        #expect(parameter.text == text)
        #expect(parameter.value == value)
    }

    @Test func leavesBrokenElementsOut() {
        #expect(parse(#"[x@1 k=v][y@1 l="w"]"#).elements.map(\.id) == ["y@1"])
        #expect(parse(#"[x@1 k= "v"]"#).elements[0].parameters[0].text == "v")
        #expect(parse("no data").elements.isEmpty)
    }

    @Test func boundsTheEntries() {
        let many = (0..<2_000).map { "[i\($0)]" }.joined()
        #expect(parse(many).elements.count == StructuredData.maximumEntries)
    }
}
