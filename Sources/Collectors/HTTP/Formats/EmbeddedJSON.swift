/// JSON that travels as the text of something else: a logger's line in a field of its shipper's envelope. Taken out of the
/// string, it is found by the normaliser as if it had come alone.
enum EmbeddedJSON {
    /// Where the one object stands that a text is; nil if it is anything else.
    static func object(in text: UnsafeRawBufferPointer) -> Range<Int>? {
        let grammar = JSONGrammar(text)
        let start = grammar.skipSpace(0)
        guard start < text.count, text[start] == UInt8(ascii: "{"), let end = try? grammar.valueEnd(start),
            grammar.skipSpace(end) == text.count, String(validating: text, as: UTF8.self) != nil
        else { return nil }
        return start..<end
    }

    /// The object that the content of a JSON string is, its escapes undone; nil if it is anything else.
    static func object(inString value: Range<Int>, of members: JSONMembers) -> [UInt8]? {
        // Most texts are no JSON: a look at the first letter tells.
        let first = JSONGrammar(members.bytes).skipSpace(value.lowerBound + 1)
        guard first < value.upperBound, [UInt8(ascii: "{"), UInt8(ascii: "\\")].contains(members.bytes[first]),
            var text = members.string(value)
        else { return nil }
        return text.withUTF8 { text in
            let bytes = UnsafeRawBufferPointer(text)
            return object(in: bytes).map { Array(bytes[$0]) }
        }
    }
}
