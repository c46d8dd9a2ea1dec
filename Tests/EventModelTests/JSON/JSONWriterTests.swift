import EventModel
import Testing

@Suite struct JSONWriterTests {
    @Test func putsCommasWhereTheyBelong() {
        var json = JSONWriter()
        json.beginObject()
        json.member("a", "x")
        json.member("b", 1)
        json.member("c", 1.5)
        json.member("d", true)
        json.member("e", ifPresent: nil)
        json.member("f", ifPresent: "y")
        json.key("g")
        json.beginArray()
        json.integer(UInt64.max)
        json.null()
        json.beginObject()
        json.endObject()
        json.raw("[1]")
        json.beginArray()
        json.endArray()
        json.string("z")
        json.endArray()
        json.key("h")
        json.bool(false)
        json.member("i", strings: [])
        json.member("j", strings: ["x", "\""])
        json.endObject()
        let start = #"{"a":"x","b":1,"c":1.5,"d":true,"f":"y","g":[18446744073709551615,null,{},[1],[],"z"],"h":false,"#
        #expect(json.text == start + #""i":[],"j":["x","\""]}"#)
    }

    @Test func separatesLines() {
        var json = JSONWriter()
        for index in 0..<2 {
            json.beginArray()
            json.integer(index)
            json.endArray()
            json.newline()
        }
        #expect(json.text == "[0]\n[1]\n")
        json.removeAll()
        json.bool(true)
        #expect(json.text == "true")
    }

    @Test(arguments: [
        ("", #""""#), ("plain", #""plain""#), ("\"\\/", #""\"\\/""#), ("\u{8}\t\n\u{c}\r", #""\b\t\n\f\r""#),
        ("\0\u{1f}\u{7f}", "\"\\u0000\\u001f\u{7f}\""), ("é😀\u{2028}", "\"é😀\u{2028}\""),
    ])
    func escapes(text: String, json: String) {
        var writer = JSONWriter()
        writer.string(text)
        #expect(writer.text == json)
    }

    @Test(arguments: [
        ([0xff], "\u{fffd}"), ([0x61, 0xc3, 0x62], "a\u{fffd}b"), ([0xed, 0xa0, 0x80], "\u{fffd}\u{fffd}\u{fffd}"),
        ([0xc3], "\u{fffd}"), ([0xc3, 0xa9, 0x80], "é\u{fffd}"),
    ] as [([UInt8], String)])
    func repairsWhatIsNotUTF8(bytes: [UInt8], text: String) {
        var writer = JSONWriter()
        bytes.withUnsafeBytes { writer.string($0) }
        #expect(writer.text == "\"\(text)\"")
    }

    @Test(arguments: [(Double.nan, "null"), (-.infinity, "null"), (0.1, "0.1"), (1e300, "1e+300"), (-0.0, "-0.0")])
    func writesNumbers(value: Double, json: String) {
        var writer = JSONWriter()
        writer.number(value)
        #expect(writer.text == json)
    }

    /// Whatever bytes it is given, what it writes is JSON, and valid text comes back.
    @Test func writesWhatTheScannerReads() {
        var random = SplitMix(seed: 11)
        let scanner = FlatScanner()
        for _ in 0..<2_000 {
            let bytes = (0..<random.below(24)).map { _ in
                random.chance(50) ? UInt8.random(in: .min ... .max, using: &random) : UInt8(random.below(128))
            }
            var writer = JSONWriter()
            bytes.withUnsafeBytes { writer.string($0) }
            let scan = scanner.scan(writer.bytes)
            #expect(scan.error == nil)
            if String(validating: bytes, as: UTF8.self) != nil { #expect(scan.fields.first?.text == bytes) }
        }
    }
}
