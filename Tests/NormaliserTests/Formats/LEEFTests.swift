import Normaliser
import Testing

@Suite struct LEEFTests {
    private func parse(_ text: String) -> LEEF? { Array(text.utf8).withUnsafeBytes { LEEF(message: $0) } }

    @Test(arguments: [
        ("LEEF:1.0|V|P|7|e|a=1\tb=two words\tc=", "1.0", [("a", "1"), ("b", "two words"), ("c", "")]),
        ("LEEF:2.0|V|P|7|e|^|a=1^b=2", "2.0", [("a", "1"), ("b", "2")]),
        ("LEEF:2.0|V|P|7|e|x7C|a=1|b=2", "2.0", [("a", "1"), ("b", "2")]),
        ("LEEF:2.0|V|P|7|e|0x5e|a=1^b=2", "2.0", [("a", "1"), ("b", "2")]),
        ("LEEF:2.0|V|P|7|e||a=1\tb=2", "2.0", [("a", "1"), ("b", "2")]),
        ("LEEF:2.0|V|P|7|e|a=1\tb=x|y", "2.0", [("a", "1"), ("b", "x|y")]),
        ("LEEF:1.0|V|P|7|e|url=http://x/?a=b\tc=d", "1.0", [("url", "http://x/?a=b"), ("c", "d")]),
        ("LEEF:2.0|V|P|7|e|^|msg=up^down^n=1", "2.0", [("msg", "up^down"), ("n", "1")]),
        ("LEEF:1.0|V|P|7|e", "1.0", []),
    ] as [(String, String, [(String, String)])])
    func readsAttributes(text: String, version: String, expected: [(String, String)]) throws {
        let leef = try #require(parse(text))
        #expect(leef.version == version)
        #expect(leef.vendor == "V")
        #expect(leef.product == "P")
        #expect(leef.productVersion == "7")
        #expect(leef.eventID == "e")
        #expect(leef.attributes == expected.map { LEEF.Attribute(key: $0.0, value: $0.1) })
    }

    @Test func barsInTheHeaderAreEscaped() throws {
        let leef = try #require(parse(#"LEEF:2.0|Two\|Bars|Back\\slash|7|e|^|a=x|y"#))
        #expect(leef.vendor == "Two|Bars" && leef.product == #"Back\slash"#)
        #expect(leef.attributes == [LEEF.Attribute(key: "a", value: "x|y")])
    }

    @Test(arguments: ["", "LEEF:", "LEEF:1.0|V|P", "LEEF:3.0|V|P|7|e|a=1", "CEF:0|v|p|1|c|n|1|"])
    func refusesWhatIsNone(text: String) {
        #expect(parse(text) == nil)
    }
}
