import Testing

import Alerting

@Suite struct LinkBaseTests {
    @Test(arguments: [
        ("https://a.example/f", "https://a.example/f/x"), ("https://a.example/f/", "https://a.example/f/x"),
        ("https://a.example/?id={}&v=1", "https://a.example/?id=x&v=1"), ("http://a.example/{}", "http://a.example/x"),
    ])
    func namesTakeTheirPlace(base: String, expected: String) throws { #expect(try #require(LinkBase(base)).link("x") == expected) }

    @Test func namesAreEncoded() throws {
        #expect(try #require(LinkBase("https://a.example/")).link("a/b ä>|") == "https://a.example/a%2Fb%20%C3%A4%3E%7C")
    }

    @Test(arguments: [
        "", "https://", "ftp://a.example/", "javascript:alert(1)", "https://a.example/ x", "https://a.example/{}{}", "https://a|b",
        "https://a.example/>", "https://a.example/\r\n", "https://a.example/" + String(repeating: "a", count: 512),
    ])
    func othersAreRefused(base: String) { #expect(LinkBase(base) == nil) }
}
