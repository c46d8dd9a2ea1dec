import EventModel
import Testing

/// The grammar of RFC 8259, point by point, and what the scanner makes of it.
@Suite struct JSONScannerTests {
    struct Flat: Sendable, CustomTestStringConvertible {
        var json: String
        var fields: String
        init(_ json: String, _ fields: String) {
            self.json = json
            self.fields = fields
        }
        var testDescription: String { json }
    }

    static let accepted: [Flat] = [
        // Any value may be the document; it has no path then.
        Flat("true", "=true:true"),
        Flat("false", "=false:false"),
        Flat("null", "=null:null"),
        Flat("1", "=integer:1"),
        Flat(#""a""#, "=string:a"),
        Flat(#""""#, "=string:"),
        Flat("{}", "=emptyObject:{}"),
        Flat("[]", "=emptyArray:[]"),
        Flat("{ \n }", "=emptyObject:{}"),
        Flat("[\t\r]", "=emptyArray:[]"),
        Flat(" \t\n\r1 \t\n\r", "=integer:1"),
        // Numbers: as written, and whether as an integer.
        Flat("0", "=integer:0"),
        Flat("-0", "=integer:-0"),
        Flat("-12", "=integer:-12"),
        Flat("10", "=integer:10"),
        Flat("123456789012345678901234567890", "=integer:123456789012345678901234567890"),
        Flat("0.10", "=float:0.10"),
        Flat("-0.0", "=float:-0.0"),
        Flat("1e5", "=float:1e5"),
        Flat("1E+05", "=float:1E+05"),
        Flat("1.5e-300", "=float:1.5e-300"),
        Flat("0e0", "=float:0e0"),
        // Objects: paths, case, repeated and odd keys.
        Flat(#"{"a":1}"#, "a=integer:1"),
        Flat(#"{"a":1,"b":2}"#, "a=integer:1 b=integer:2"),
        Flat(#"{ "a" : 1 , "b" : { "c" : 2 } }"#, "a=integer:1 b.c=integer:2"),
        Flat(#"{"Actor":{"alternateId":"x"}}"#, "actor.alternateid=string:x"),
        Flat(#"{"a":1,"a":2,"A":3}"#, "a=integer:1 a=integer:2 a=integer:3"),
        Flat(#"{"a":{"b":1},"a":{"b":2}}"#, "a.b=integer:1 a.b=integer:2"),
        Flat(#"{"a.b":1,"a":{"b":2}}"#, "a.b=integer:1 a.b=integer:2"),
        Flat(#"{"\u0061":1,"a\"b":2}"#, "a=integer:1 a\"b=integer:2"),
        Flat(#"{"É":1}"#, "É=integer:1"),
        Flat(#"{"":1}"#, "=integer:1"),
        Flat(#"{"a":{"":1}}"#, "a.=integer:1"),
        Flat(#"{"":{"a":1}}"#, "=integer:1"),
        Flat(#"{"a":{},"b":[]}"#, "a=emptyObject:{} b=emptyArray:[]"),
        Flat(#"{"a":{"b":{"c":true}},"d":false}"#, "a.b.c=true:true d=false:false"),
        // Arrays: values get a mark, objects a field before them, levels vanish.
        Flat("[1,2]", "=integer:1* =integer:2*"),
        Flat(#"{"a":[1,"x",null,true,2.5]}"#, "a=integer:1* a=string:x* a=null:null* a=true:true* a=float:2.5*"),
        Flat(#"{"a":[[1],[2,[3]]]}"#, "a=integer:1* a=integer:2* a=integer:3*"),
        Flat(#"{"a":[[],{}]}"#, "a=emptyArray:[]* a=element: a=emptyObject:{}*"),
        Flat(#"{"t":[{"id":1},{"id":2}]}"#, "t=element: t.id=integer:1 t=element: t.id=integer:2"),
        Flat(#"{"t":[{"u":[{"v":1}]}]}"#, "t=element: t.u=element: t.u.v=integer:1"),
        Flat(#"{"t":[[{"v":1}]]}"#, "t=element: t.v=integer:1"),
        Flat(#"{"t":[1,{"v":2},3]}"#, "t=integer:1* t=element: t.v=integer:2 t=integer:3*"),
        Flat(#"[{"a":1},{"a":2}]"#, "=element: a=integer:1 =element: a=integer:2"),
        // Strings: all escapes, surrogates, what needs none.
        Flat(#""\"\\\/\b\f\n\r\t""#, "=string:\"\\/\u{8}\u{c}\n\r\t"),
        Flat(#""\u0041\u00e9\u20AC""#, "=string:Aé€"),
        Flat(#""\ud83d\ude00""#, "=string:😀"),
        Flat(#""\ud800""#, "=string:\u{fffd}"),
        Flat(#""\ud800x""#, "=string:\u{fffd}x"),
        Flat(#""\udc00""#, "=string:\u{fffd}"),
        Flat(#""\udc00\ud800""#, "=string:\u{fffd}\u{fffd}"),
        Flat(#""\ud800\u0041""#, "=string:\u{fffd}A"),
        Flat(#""\ud83d\ud83d\ude00""#, "=string:\u{fffd}😀"),
        Flat(#""\u0000""#, "=string:\0"),
        Flat("\"\u{7f}\u{2028}\"", "=string:\u{7f}\u{2028}"),
        Flat("\"é漢😀\u{10ffff}\"", "=string:é漢😀\u{10ffff}"),
    ]

    @Test(arguments: accepted)
    func accepts(_ flat: Flat) {
        let scanner = FlatScanner()
        // Twice: by hash first, by prediction then.
        for _ in 0..<2 {
            let scan = scanner.scan(flat.json)
            #expect(scan.error == nil)
            #expect(scan.fields.map(\.description).joined(separator: " ") == flat.fields)
        }
        #expect(ReferenceJSON.flatten(Array(flat.json.utf8)) == scanner.scan(flat.json).fields)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var json: [UInt8]
        var error: JSONError
        init(_ json: String, _ code: JSONError.Code, at offset: Int) {
            self.json = Array(json.utf8)
            error = JSONError(code, at: offset)
        }
        /// The bytes between quotes.
        init(bytes: [UInt8], at offset: Int) {
            json = [0x22] + bytes + [0x22]
            error = JSONError(.badUTF8, at: offset)
        }
        var testDescription: String { String(decoding: json, as: UTF8.self) }
    }

    static let refused: [Refusal] = [
        Refusal("", .unexpectedEnd, at: 0),
        Refusal(" ", .unexpectedEnd, at: 1),
        Refusal("{", .unexpectedEnd, at: 1),
        Refusal("[", .unexpectedEnd, at: 1),
        Refusal("[1", .unexpectedEnd, at: 2),
        Refusal("[1,", .unexpectedEnd, at: 3),
        Refusal(#"{"a"#, .unexpectedEnd, at: 3),
        Refusal(#"{"a""#, .unexpectedEnd, at: 4),
        Refusal(#"{"a":"#, .unexpectedEnd, at: 5),
        Refusal(#"{"a":1"#, .unexpectedEnd, at: 6),
        Refusal(#"{"a":1,"#, .unexpectedEnd, at: 7),
        Refusal(#""abc"#, .unexpectedEnd, at: 4),
        Refusal(#""abc\"#, .unexpectedEnd, at: 5),
        Refusal(#""\u00"#, .unexpectedEnd, at: 5),
        Refusal("tru", .unexpectedEnd, at: 3),
        Refusal("-", .unexpectedEnd, at: 1),
        Refusal("1.", .unexpectedEnd, at: 2),
        Refusal("1e", .unexpectedEnd, at: 2),
        Refusal("1e-", .unexpectedEnd, at: 3),
        Refusal("x", .unexpectedByte, at: 0),
        Refusal("}", .unexpectedByte, at: 0),
        Refusal("[1,]", .unexpectedByte, at: 3),
        Refusal("[,1]", .unexpectedByte, at: 1),
        Refusal("[1 2]", .unexpectedByte, at: 3),
        Refusal("[1}", .unexpectedByte, at: 2),
        Refusal(#"{"a":1]"#, .unexpectedByte, at: 6),
        Refusal(#"{"a":1,}"#, .unexpectedByte, at: 7),
        Refusal(#"{,"a":1}"#, .unexpectedByte, at: 1),
        Refusal(#"{"a" 1}"#, .unexpectedByte, at: 5),
        Refusal(#"{"a"::1}"#, .unexpectedByte, at: 5),
        Refusal(#"{"a",1}"#, .unexpectedByte, at: 4),
        Refusal("{a:1}", .unexpectedByte, at: 1),
        Refusal("{'a':1}", .unexpectedByte, at: 1),
        Refusal("{1:1}", .unexpectedByte, at: 1),
        Refusal("{null:1}", .unexpectedByte, at: 1),
        Refusal("tRue", .unexpectedByte, at: 1),
        Refusal("True", .unexpectedByte, at: 0),
        Refusal("nul1", .unexpectedByte, at: 3),
        Refusal("NaN", .unexpectedByte, at: 0),
        Refusal("Infinity", .unexpectedByte, at: 0),
        Refusal("[/**/1]", .unexpectedByte, at: 1),
        Refusal("+1", .unexpectedByte, at: 0),
        Refusal(".5", .unexpectedByte, at: 0),
        Refusal("\u{feff}1", .unexpectedByte, at: 0),
        Refusal("\u{c}1", .unexpectedByte, at: 0),
        Refusal("\u{a0}1", .unexpectedByte, at: 0),
        Refusal("\0", .unexpectedByte, at: 0),
        Refusal("01", .badNumber, at: 1),
        Refusal("-01", .badNumber, at: 2),
        Refusal("-x", .badNumber, at: 1),
        Refusal("--1", .badNumber, at: 1),
        Refusal("1.x", .badNumber, at: 2),
        Refusal("[1.]", .badNumber, at: 3),
        Refusal("[1.e5]", .badNumber, at: 3),
        Refusal("[1e]", .badNumber, at: 3),
        Refusal("1e+-1", .badNumber, at: 3),
        Refusal("1x", .trailingBytes, at: 1),
        Refusal("0x10", .trailingBytes, at: 1),
        Refusal("1.5.5", .trailingBytes, at: 3),
        Refusal("1 2", .trailingBytes, at: 2),
        Refusal("{}{}", .trailingBytes, at: 2),
        Refusal("{},", .trailingBytes, at: 2),
        Refusal("[]]", .trailingBytes, at: 2),
        Refusal("truetrue", .trailingBytes, at: 4),
        Refusal(#""a"b"#, .trailingBytes, at: 3),
        Refusal("1\0", .trailingBytes, at: 1),
        Refusal(#""\x""#, .badEscape, at: 1),
        Refusal(#""ab\'""#, .badEscape, at: 3),
        Refusal(#""\U0041""#, .badEscape, at: 1),
        Refusal(#""\u004g""#, .badEscape, at: 1),
        Refusal(#""\u+041""#, .badEscape, at: 1),
        Refusal(#""\ud83d\u12""#, .badEscape, at: 7),
        Refusal(#"{"\a":1}"#, .badEscape, at: 2),
        Refusal("\"a\nb\"", .controlCharacter, at: 2),
        Refusal("\"\t\"", .controlCharacter, at: 1),
        Refusal("\"\0\"", .controlCharacter, at: 1),
        Refusal("\"0123456789abcdef0123456789abcdef\u{1f}\"", .controlCharacter, at: 33),
        Refusal("{\"a\u{1}\":1}", .controlCharacter, at: 3),
        // Stray and missing continuation bytes, overlong forms, surrogates, beyond U+10FFFF.
        Refusal(bytes: [0x80], at: 1),
        Refusal(bytes: [0x61, 0xbf], at: 2),
        Refusal(bytes: [0xc3], at: 1),
        Refusal(bytes: [0xc3, 0x41], at: 1),
        Refusal(bytes: [0xe2, 0x82], at: 1),
        Refusal(bytes: [0xe2, 0x82, 0x41], at: 1),
        Refusal(bytes: [0xf0, 0x9f, 0x98], at: 1),
        Refusal(bytes: [0xc0, 0x80], at: 1),
        Refusal(bytes: [0xc1, 0xbf], at: 1),
        Refusal(bytes: [0xe0, 0x9f, 0xbf], at: 1),
        Refusal(bytes: [0xf0, 0x8f, 0xbf, 0xbf], at: 1),
        Refusal(bytes: [0xed, 0xa0, 0x80], at: 1),
        Refusal(bytes: [0xed, 0xbf, 0xbf], at: 1),
        Refusal(bytes: [0xf4, 0x90, 0x80, 0x80], at: 1),
        Refusal(bytes: [0xf5, 0x80, 0x80, 0x80], at: 1),
        Refusal(bytes: [0xff], at: 1),
        Refusal(bytes: [0xc3, 0xa9, 0xff], at: 3),
        Refusal(bytes: [0xfe], at: 1),
    ]

    @Test(arguments: refused)
    func refuses(_ refusal: Refusal) {
        let scan = FlatScanner().scan(refusal.json)
        #expect(scan.error == refusal.error)
        #expect(scan.fieldsLeft == 0 && scan.derivedLeft == 0)
        #expect(ReferenceJSON.flatten(refusal.json) == nil)
    }

    /// A plain string of every length around the steps of the vector loops, with each kind of end.
    @Test func findsTheEndOfStringsOfAnyLength() {
        let scanner = FlatScanner()
        for length in 0...200 {
            let text = String(repeating: "s", count: length)
            #expect(scanner.scan("\"\(text)\"").fields.first?.text == Array(text.utf8))
            #expect(scanner.scan("\"\(text)\\n\"").fields.first?.text == Array("\(text)\n".utf8))
            #expect(scanner.scan("\"\(text)é\"").fields.first?.text == Array("\(text)é".utf8))
            #expect(scanner.scan("\"\(text)\u{1}\"").error == JSONError(.controlCharacter, at: length + 1))
            #expect(scanner.scan("\"\(text)").error == JSONError(.unexpectedEnd, at: length + 1))
        }
    }

    @Test func keepsPlainStringsInTheRawBytes() throws {
        let arena = Arena()
        arena.append(#"xx{"a":"plain é","b":"\n"}"#)
        let records = RecordBatch(
            source: Source(id: 0, name: "test"), receivedAt: Timestamp(seconds: 0), bytes: arena, records: [])
        let builder = EventBuilder(records)
        try JSONScanner(catalog: FieldCatalog()).scan(2, arena.count - 2, into: builder)
        #expect(builder.fieldCount == 2)
        #expect(!builder.fields[0].isDerived && builder.fields[0].offset == 8)
        #expect(builder.fields[1].isDerived && builder.derived.count == 1)
    }
}
