import EventModel
import TestSupport
import Testing

/// The scanner against the reference, over generated and damaged documents.
@Suite struct JSONScannerFuzzTests {
    /// Scans what `seed` generates, `iterations` documents, and returns the first disagreement in words.
    static func fuzz(seed: UInt64, iterations: Int) -> String? {
        var random = SplitMix(seed: seed)
        var scanner = FlatScanner()
        for iteration in 0..<iterations {
            // A scanner learns; a fresh one now and then learns from other documents, and keeps the trie from filling up.
            if iteration % 500 == 0 { scanner = FlatScanner() }
            var documents = RandomJSON(random: random)
            var document = documents.document()
            random = documents.random
            if random.chance(70) { RandomJSON.damage(&document, using: &random) }
            // What stands around a document must not matter: it might continue it.
            let before = random.pick([[], Array(#"{"a":"#.utf8), [0xff]])
            let after = random.pick([[], Array(#""]}123e1,"a":1}"#.utf8), Array(#"":[{"x"#.utf8), [0x80, 0x80], Array(document)])
            let scan = scanner.scan(document, before: before, after: after)
            let expected = ReferenceJSON.flatten(document)
            var text: String {
                "seed \(seed), iteration \(iteration): \(String(decoding: document, as: UTF8.self).debugDescription)"
            }
            if let error = scan.error {
                if expected != nil { return "\(text): refused (\(error)), though it is JSON" }
                if !(0...document.count).contains(error.offset) { return "\(text): \(error) lies outside of the document" }
                if scan.fieldsLeft != 0 || scan.derivedLeft != 0 { return "\(text): left something behind" }
            } else {
                guard let expected else { return "\(text): accepted, though it is not JSON" }
                if scan.fields != expected { return "\(text): \(scan.fields) instead of \(expected)" }
            }
        }
        return nil
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func agreesWithTheReference(seed: UInt64) {
        let iterations = fuzzRounds(20_000)
        #expect(Self.fuzz(seed: seed, iterations: iterations / 4) == nil)
    }

    /// The generator is worth something only if it makes both kinds.
    @Test func generatesBothValidAndInvalidDocuments() {
        var random = SplitMix(seed: 5)
        var valid = 0
        for _ in 0..<1_000 {
            var documents = RandomJSON(random: random)
            var document = documents.document()
            random = documents.random
            #expect(ReferenceJSON.flatten(document) != nil)
            RandomJSON.damage(&document, using: &random)
            if ReferenceJSON.flatten(document) != nil { valid += 1 }
        }
        #expect((100...900).contains(valid))
    }

    /// Cutting a document short anywhere makes it invalid, unless only white space or digits of a top-level number are lost.
    @Test func refusesEveryPrefixOfAnObject() {
        let document = Array(#"{"a":[1.5e-3,true,false,null,{"é\u00e9":"x\\"}],"longer than thirty-two bytes, a key":{}}"#.utf8)
        let scanner = FlatScanner()
        #expect(scanner.scan(document).error == nil)
        for length in 0..<document.count {
            let scan = scanner.scan(Array(document[..<length]), after: Array(document[length...]))
            #expect(scan.error != nil && scan.fieldsLeft == 0, "prefix of \(length) bytes")
        }
    }

    /// Every byte at every place around the steps of the vector loops, in a value and in a key.
    @Test(arguments: [0, 1, 15, 16, 31, 32, 33, 63, 64, 65, 95, 96, 127])
    func agreesOnEveryByteInALongString(place: Int) {
        let scanner = FlatScanner()
        for byte in UInt8.min...UInt8.max {
            var text = [UInt8](repeating: UInt8(ascii: "s"), count: 128)
            text[place] = byte
            for document in [[0x22] + text + [0x22], Array(#"{"a":0,""#.utf8) + text + Array(#"":"x"}"#.utf8)] {
                let scan = scanner.scan(document)
                #expect((scan.error == nil ? scan.fields : nil) == ReferenceJSON.flatten(document), "byte \(byte)")
            }
        }
    }

    /// Every byte at every place of a document, against the reference.
    @Test func agreesOnEverySubstitutedByte() {
        let document = Array(#"{"a":[-1.5e-3,true,"\u00E9é"],"b" : {},"c":"x","d":null}"#.utf8)
        let scanner = FlatScanner()
        for place in document.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = document
                changed[place] = byte
                let scan = scanner.scan(changed)
                let expected = ReferenceJSON.flatten(changed)
                #expect((scan.error == nil ? scan.fields : nil) == expected, "byte \(byte) at \(place)")
            }
        }
    }
}
