import Collectors
import TestSupport
import Testing

struct LinkHeaderTests {
    @Test(arguments: [
        (["<https://a/x?after=1>; rel=\"next\""], "https://a/x?after=1"),
        (["<https://a/1>; rel=\"self\", <https://a/2>; rel=\"next\""], "https://a/2"),
        (["<https://a/1>; rel=\"self\"", "<https://a/2>; rel=next"], "https://a/2"),
        (["<https://a/2>; title=\"a, b; rel=x\"; rel=\"prev next\""], "https://a/2"),
        (["<https://a/?x=1,2>; REL=\"NEXT\""], "https://a/?x=1,2"),
        (["</path?y>;rel=next"], "/path?y"),
        (["<https://a/2>; rel=\"prev\"; rel=\"next\""], nil),
        (["https://a/2; rel=\"next\""], nil), (["<https://a/2; rel=\"next\""], nil), (["<a>"], nil), ([""], nil), ([], nil),
        (["<a>; rel=\"ne\\xt\""], "a"),
    ] as [([String], String?)])
    func next(_ headers: [String], _ target: String?) { #expect(LinkHeader.target("next", in: headers) == target) }
}

struct LinkHeaderFuzzTests {
    private static let rounds = fuzzRounds(4_000)

    /// A link among others is found, and no text holds the reader up.
    @Test func anyText() {
        var random = SeededGenerator(seed: 2)
        let pieces = ["<", ">", ";", ",", "=", "\"", "\\", "rel", "next", " ", "a", "\t", "é"]
        for _ in 0..<Self.rounds {
            let noise = (0..<Int.random(in: 0...20, using: &random)).map { _ in pieces.randomElement(using: &random)! }.joined()
            if let target = LinkHeader.target("next", in: [noise]) { #expect(noise.contains("<\(target)>")) }
            let value = String(noise.filter { $0 != "\"" && $0 != "\\" })
            let header = "<u1>; title=\"\(value)\"; rel=\"prev\", <u2>; rel=\"next\"; x=1"
            #expect(LinkHeader.target("next", in: [header]) == "u2")
        }
    }
}
