import Normaliser
import Testing

@Suite struct CEFTests {
    private func parse(_ text: String) -> CEF? { Array(text.utf8).withUnsafeBytes { CEF(message: $0) } }

    @Test func readsTheHeader() throws {
        let cef = try #require(parse(#"CEF:0|Acme|Gate \| Guard|1.2|sig\\1|Door = open|7|"#))
        #expect(cef.version == 0)
        #expect(cef.deviceVendor == "Acme")
        #expect(cef.deviceProduct == "Gate | Guard")
        #expect(cef.deviceVersion == "1.2")
        #expect(cef.deviceEventClassID == #"sig\1"#)
        #expect(cef.name == "Door = open")
        #expect(cef.severity == "7")
        #expect(cef.extensions.isEmpty)
    }

    @Test(arguments: [
        ("a=1 b=2", [("a", "1"), ("b", "2")]),
        ("msg=two words here src=10.0.0.1", [("msg", "two words here"), ("src", "10.0.0.1")]),
        (#"msg=x\=1 y\=2 act=no"#, [("msg", "x=1 y=2"), ("act", "no")]),
        (#"path=c:\\temp\\new act=a\nb\rc"#, [("path", #"c:\temp\new"#), ("act", "a\nb\rc")]),
        ("request=http://x/?q=1&r=2 spt=80", [("request", "http://x/?q=1&r=2"), ("spt", "80")]),
        ("empty= next=v", [("empty", ""), ("next", "v")]),
        (" lead=1  trail=2  ", [("lead", "1"), ("trail", "2")]),
        ("ad.x[0]=a ad.Error_,Code=b", [("ad.x[0]", "a"), ("ad.Error_,Code", "b")]),
        ("noise without key", []),
        ("a=b=c", [("a", "b=c")]),
        (#"raw={"x": "y"} k=v"#, [("raw", #"{"x": "y"}"#), ("k", "v")]),
        (#"end=\"#, [("end", #"\"#)]),
    ] as [(String, [(String, String)])])
    func readsExtensions(text: String, expected: [(String, String)]) throws {
        let cef = try #require(parse("CEF:1|v|p|1|c|n|Low|" + text))
        #expect(cef.extensions == expected.map { CEF.Extension(key: $0.0, value: $0.1) })
    }

    @Test(arguments: ["", "CEF:", "CEF:0|v|p|1|c", "CEF:x|v|p|1|c|n|1|", "LEEF:1.0|a|b|c|d|", "xCEF:0|v|p|1|c|n|1|"])
    func refusesWhatIsNone(text: String) {
        #expect(parse(text) == nil)
    }

    @Test func boundsTheExtensions() throws {
        let many = (0..<3_000).map { "k\($0)=v" }.joined(separator: " ")
        #expect(try #require(parse("CEF:0|v|p|1|c|n|1|" + many)).extensions.count == CEF.maximumExtensions)
    }
}
