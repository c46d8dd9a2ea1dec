import Collectors
import Testing

struct RequestTargetTests {
    @Test(arguments: [
        ("/", []), ("/a/b", ["a", "b"]), ("//a//", ["a"]), ("/a%2Fb/c", ["a/b", "c"]), ("/%E2%82%AC?x", ["€"]), ("", nil), ("a", nil),
        ("*", nil), ("http://x/a", nil), ("/%", nil), ("/%4", nil), ("/%zz", nil), ("/a?%", nil),
    ] as [(String, [String]?)])
    func `a path is taken apart, or refused`(text: String, segments: [String]?) {
        #expect(RequestTarget(text)?.segments == segments)
    }

    @Test func `parameters are found by name, and only so many are looked at`() throws {
        let target = try #require(RequestTarget("/a?channel=x%20y&empty&=z&b=1=2"))
        #expect(target.parameter("channel") == "x y")
        #expect(target.parameter("empty") == "")
        #expect(target.parameter("b") == "1=2")
        #expect(target.parameter("c") == nil)
        let many = try #require(RequestTarget("/a?" + (0..<1_000).map { "p\($0)=\($0)" }.joined(separator: "&")))
        #expect(many.parameter("p5") == "5")
        #expect(many.parameter("p999") == nil)
    }
}
