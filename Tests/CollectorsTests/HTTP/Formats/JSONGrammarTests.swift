import Collectors
import EventModel
import Foundation
import TestSupport
import Testing

struct JSONGrammarTests {
    @Test(arguments: [
        "{}", "[]", #"{"a":1}"#, #" [1,-0.5e+3,true,false,null,"x\\\"\u00e9"] "#, #"{"a":{"b":[{"c":{}}]}}"#, "0", #""""#, "-1E5",
    ])
    func `a value ends where it ends`(text: String) {
        let bytes = Array(text.utf8)
        bytes.withUnsafeBytes { bytes in
            let grammar = JSONGrammar(bytes)
            #expect(grammar.skipSpace((try? grammar.valueEnd(grammar.skipSpace(0))) ?? -1) == bytes.count)
        }
    }

    @Test(arguments: [
        "", "{", "[1", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, "[1,]", #"{a:1}"#, "tru", "nul1", "-", "1.", "1e", "01", ".5", "+1", #""\q""#,
        #""\u12g4""#, "\"\n\"", #"{"a":1]"#, "[1}", "[,1]", #"{"a" 1}"#, "NaN", "'a'", #"{"a":1 "b":2}"#,
    ])
    func `what is no value is noticed`(text: String) {
        let bytes = Array(text.utf8)
        bytes.withUnsafeBytes { bytes in
            let grammar = JSONGrammar(bytes)
            // What follows a value is its caller's business: "01" is a 0 and a 1.
            let end = try? grammar.valueEnd(grammar.skipSpace(0))
            #expect(end == nil || grammar.skipSpace(end ?? 0) < bytes.count)
        }
    }

    @Test func `depth is bounded`() throws {
        for (depth, isRead) in [(64, true), (65, false), (100_000, false)] {
            let text = [UInt8](repeating: UInt8(ascii: "["), count: depth) + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
            #expect(text.withUnsafeBytes { (try? JSONGrammar($0).valueEnd(0)) != nil } == isRead, "\(depth)")
        }
    }

    /// Foundation's reader is the judge, where it goes by RFC 8259.
    @Test func `damaged documents are told from whole ones as another reader does`() {
        let seeds = [
            #"{"a":[1,2.5e-3,{"b":"c\n\u00e9"}],"d":null,"e":true,"f":{},"g":[]}"#, #"[{"x":-0},{"y":"\"\\/"}]"#,
        ]
        var random = SeededGenerator(seed: 8259)
        let letters = Array(#"{}[]":,\0123456789eE+-.truefalsn ab"#.utf8)
        var accepted = 0
        for _ in 0..<fuzzRounds(6_000) {
            var text = Array(seeds.randomElement(using: &random)!.utf8)
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let place = Int.random(in: text.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: text[place] = letters.randomElement(using: &random)!
                case 1: text.remove(at: place)
                default: text.insert(letters.randomElement(using: &random)!, at: place)
                }
            }
            let isValue = text.withUnsafeBytes { bytes in
                let grammar = JSONGrammar(bytes)
                guard let end = try? grammar.valueEnd(grammar.skipSpace(0)) else { return false }
                return grammar.skipSpace(end) == bytes.count
            }
            let judged = (try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)) != nil
            // Foundation lets a comma stand before a closing bracket.
            let squeezed = String(decoding: text.filter { $0 != UInt8(ascii: " ") }, as: UTF8.self)
            if squeezed.contains(",]") || squeezed.contains(",}") { continue }
            #expect(isValue == judged, "\(String(decoding: text, as: UTF8.self))")
            if isValue { accepted += 1 }
        }
        #expect(accepted > 1_000)
    }

    @Test func `random bytes end in an error or in records that are within the body`() {
        var random = SeededGenerator(seed: 7)
        let letters = Array(#"{}[]":,\1e-tn "#.utf8) + [0x0A, 0xEF, 0xBB, 0xBF, 0x00, 0xFF]
        for _ in 0..<fuzzRounds(4_000) {
            let text = (0..<Int.random(in: 0..<60, using: &random)).map { _ in letters.randomElement(using: &random)! }
            let arena = Arena(capacity: 64)
            text.withUnsafeBytes { _ = arena.append($0) }
            for arrangement in [JSONRecords.Arrangement.values, .lines] {
                guard let cuts = try? JSONRecords.cut(arena, arrangement, maximumRecordBytes: 40) else { continue }
                for span in cuts.spans {
                    #expect(Int(span.offset) + Int(span.length) <= text.count)
                    if arrangement == .values { #expect(text[Int(span.offset)] == UInt8(ascii: "{")) }
                }
            }
        }
    }
}
