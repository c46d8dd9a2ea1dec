/// The text of one JSON string, for code that looks at single values of a document and needs no fields.
public enum JSONText {
    /// What the string says whose content, without its quotes, is `content`.
    /// - Throws: where it is no string of RFC 8259 section 7.
    public static func decoded(_ content: UnsafeRawBufferPointer) throws(JSONError) -> String {
        // A copy with slack after it, and with the closing quote: what checks strings reads vectors.
        let arena = Arena(capacity: content.count * 2 + 1)
        arena.append(content)
        arena.append(byte: UInt8(ascii: "\""))
        let start = UnsafePointer(arena.base.assumingMemoryBound(to: UInt8.self))
        let string = try JSONString.check(start, start + arena.count, documentStart: start)
        guard string.end - start == content.count else { throw JSONError(.trailingBytes, at: string.end - start) }
        let offset = arena.count
        let length = JSONString.decode(start, string.end, into: arena)
        return String(decoding: arena.slice(offset, length), as: UTF8.self)
    }
}
