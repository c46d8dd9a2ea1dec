// Hot path. Unsafe: reads `bytes` within its count; the caller keeps them alive.

/// Finds the ends of JSON values (RFC 8259) without making anything of them, so that records can be cut out of a body as they
/// are.
///
/// Structure, literals, numbers and escapes are checked. Whether strings are UTF-8 is not: a record with a bad byte is stored,
/// and quarantined by the normaliser, which knows more to say of it than a refusal does.
public struct JSONGrammar {
    /// As deep as the normaliser reads.
    public static let maximumDepth = 64

    let bytes: UnsafeRawBufferPointer

    public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The first position at or after `position` that is no white space.
    @inline(__always)
    public func skipSpace(_ position: Int) -> Int {
        var p = position
        while p < bytes.count {
            let byte = bytes[p]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
            p += 1
        }
        return p
    }

    /// The position after the value that begins at `start`, which is no white space.
    public func valueEnd(_ start: Int) throws(FormatError) -> Int {
        // A bit a level, the innermost lowest: 1 for an object.
        var objects: UInt64 = 0
        var depth = 0
        var p = start
        while true {
            // A value.
            guard p < bytes.count else { throw end() }
            switch bytes[p] {
            case UInt8(ascii: "\""): p = try stringEnd(p)
            case UInt8(ascii: "{"):
                guard depth < Self.maximumDepth else { throw FormatError("nested too deeply", at: p) }
                let next = skipSpace(p + 1)
                if next < bytes.count, bytes[next] == UInt8(ascii: "}") {
                    p = next + 1
                } else {
                    objects = objects << 1 | 1
                    depth += 1
                    p = try keyEnd(next)
                    continue
                }
            case UInt8(ascii: "["):
                guard depth < Self.maximumDepth else { throw FormatError("nested too deeply", at: p) }
                let next = skipSpace(p + 1)
                if next < bytes.count, bytes[next] == UInt8(ascii: "]") {
                    p = next + 1
                } else {
                    objects = objects << 1
                    depth += 1
                    p = next
                    continue
                }
            default: p = try bareEnd(p)
            }
            // After a value: the ends of containers, or a comma.
            while true {
                if depth == 0 { return p }
                p = skipSpace(p)
                guard p < bytes.count else { throw end() }
                let isObject = objects & 1 == 1
                if bytes[p] == UInt8(ascii: ",") {
                    p = skipSpace(p + 1)
                    if isObject { p = try keyEnd(p) }
                    break
                }
                guard bytes[p] == UInt8(ascii: isObject ? "}" : "]") else {
                    throw FormatError("expected \",\" or \"\(isObject ? "}" : "]")\"", at: p)
                }
                objects >>= 1
                depth -= 1
                p += 1
            }
        }
    }

    /// The position of the value whose key begins at `start`.
    func keyEnd(_ start: Int) throws(FormatError) -> Int {
        guard start < bytes.count else { throw end() }
        guard bytes[start] == UInt8(ascii: "\"") else { throw FormatError("expected a member's name in quotes", at: start) }
        let colon = skipSpace(try stringEnd(start))
        guard colon < bytes.count else { throw end() }
        guard bytes[colon] == UInt8(ascii: ":") else { throw FormatError("expected \":\" after a member's name", at: colon) }
        return skipSpace(colon + 1)
    }

    /// The position after the closing quote of the string that opens at `start`.
    func stringEnd(_ start: Int) throws(FormatError) -> Int {
        var p = start + 1
        while p < bytes.count {
            let byte = bytes[p]
            if byte == UInt8(ascii: "\"") { return p + 1 }
            if byte == UInt8(ascii: "\\") {
                p = try escapeEnd(p)
            } else if byte < 0x20 {
                throw FormatError("a control character in a string", at: p)
            } else {
                p += 1
            }
        }
        throw end()
    }

    private func escapeEnd(_ start: Int) throws(FormatError) -> Int {
        guard start + 1 < bytes.count else { throw end() }
        switch bytes[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start + 2
        case UInt8(ascii: "u"):
            for p in start + 2..<start + 6 {
                guard p < bytes.count else { throw end() }
                guard isHexDigit(bytes[p]) else { throw FormatError("a bad escape in a string", at: start) }
            }
            return start + 6
        default: throw FormatError("a bad escape in a string", at: start)
        }
    }

    private func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }

    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// A number, or one of the three words.
    private func bareEnd(_ start: Int) throws(FormatError) -> Int {
        switch bytes[start] {
        case UInt8(ascii: "t"): return try wordEnd("true", start)
        case UInt8(ascii: "f"): return try wordEnd("false", start)
        case UInt8(ascii: "n"): return try wordEnd("null", start)
        case UInt8(ascii: "-"), 0x30...0x39: return try numberEnd(start)
        default: throw FormatError("a byte that cannot begin a value", at: start)
        }
    }

    private func wordEnd(_ word: StaticString, _ start: Int) throws(FormatError) -> Int {
        let count = word.utf8CodeUnitCount
        guard start + count <= bytes.count else { throw end() }
        for index in 0..<count where bytes[start + index] != word.utf8Start[index] {
            throw FormatError("expected \"\(word)\"", at: start)
        }
        return start + count
    }

    private func numberEnd(_ start: Int) throws(FormatError) -> Int {
        func digits(_ from: Int) throws(FormatError) -> Int {
            var p = from
            while p < bytes.count, isDigit(bytes[p]) { p += 1 }
            if p == from { throw p < bytes.count ? FormatError("not a number", at: start) : end() }
            return p
        }
        var p = bytes[start] == UInt8(ascii: "-") ? start + 1 : start
        if p < bytes.count, bytes[p] == UInt8(ascii: "0") { p += 1 } else { p = try digits(p) }
        if p < bytes.count, bytes[p] == UInt8(ascii: ".") { p = try digits(p + 1) }
        if p < bytes.count, bytes[p] | 0x20 == UInt8(ascii: "e") {
            p += 1
            if p < bytes.count, bytes[p] == UInt8(ascii: "+") || bytes[p] == UInt8(ascii: "-") { p += 1 }
            p = try digits(p)
        }
        if p < bytes.count, isDigit(bytes[p]) { throw FormatError("not a number", at: start) }
        return p
    }

    private func end() -> FormatError { FormatError("the body ends within a value", at: bytes.count) }
}
