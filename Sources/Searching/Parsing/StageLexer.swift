import Matching

/// Reads the words of pipe stages. Offsets are in bytes of the whole query.
struct StageLexer {
    let bytes: [UInt8]
    private(set) var position: Int

    init(_ text: String, from position: Int) {
        bytes = Array(text.utf8)
        self.position = position
    }

    func peek(_ ahead: Int = 0) -> UInt8? { position + ahead < bytes.count ? bytes[position + ahead] : nil }

    mutating func move(to place: Int) { position = place }

    mutating func skipBlanks() {
        while let byte = peek(), byte == 0x20 || (byte >= 0x09 && byte <= 0x0d) { position += 1 }
    }

    /// Whether the stage is at its end: the next `|`, or the end of all.
    mutating func isAtEnd() -> Bool {
        skipBlanks()
        return peek() == nil || peek() == UInt8(ascii: "|")
    }

    /// Takes the symbol if it comes next, blanks before it aside.
    mutating func take(_ symbol: String) -> Bool {
        skipBlanks()
        let wanted = symbol.utf8
        guard position + wanted.count <= bytes.count, bytes[position..<position + wanted.count].elementsEqual(wanted) else {
            return false
        }
        position += wanted.count
        return true
    }

    /// Takes a word, whatever its case, if exactly it comes next.
    mutating func takeKeyword(_ keyword: String) -> Bool {
        skipBlanks()
        let start = position
        if let word = word(), word.lowercased() == keyword { return true }
        position = start
        return false
    }

    /// Letters, digits and `_`. Nil if none come next.
    mutating func word() -> String? {
        skipBlanks()
        return run { Self.isWordByte($0) }
    }

    /// A field's name: bare, or in backquotes or quotes. Nil if none comes next.
    ///
    /// - Parameter hasDashes: `-` may be part of a bare name, as in filters; in expressions it is a minus.
    mutating func name(hasDashes: Bool = true) throws(QueryError) -> String? {
        skipBlanks()
        if peek() == UInt8(ascii: "`") || (hasDashes && peek() == UInt8(ascii: "\"")) { return try quoted() }
        guard let first = peek(), first != UInt8(ascii: "-") else { return nil }
        return run { byte in
            Self.isWordByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "@") || byte == UInt8(ascii: "$")
                || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]") || (hasDashes && byte == UInt8(ascii: "-"))
        }
    }

    /// Text in quotes of any of the three kinds, in which a backslash takes the meaning from a following quote or backslash.
    mutating func quoted() throws(QueryError) -> String? {
        let start = position
        guard let quote = peek(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") || quote == UInt8(ascii: "`") else {
            return nil
        }
        position += 1
        var text: [UInt8] = []
        while let byte = peek() {
            position += 1
            if byte == quote { return String(decoding: text, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), let next = peek(), next == quote || next == UInt8(ascii: "\\") {
                text.append(next)
                position += 1
            } else {
                text.append(byte)
            }
        }
        throw QueryError(
            .unterminatedString, at: start, "the quoted string does not end", expected: [String(UnicodeScalar(quote))])
    }

    /// Digits alone, ended by what cannot go on a name. Nil if something else comes next.
    mutating func count() -> Int? {
        skipBlanks()
        let start = position
        let digits = run { $0 &- 0x30 < 10 }
        if let digits, let next = peek(), Self.isWordByte(next) || next == UInt8(ascii: ".") || next == UInt8(ascii: "-") {
            _ = digits
            position = start
            return nil
        }
        // Too many digits for an Int are too many rows for anything.
        return digits.map { Int($0) ?? .max }
    }

    mutating func run(_ belongs: (UInt8) -> Bool) -> String? {
        let start = position
        while let byte = peek(), belongs(byte) { position += 1 }
        return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
    }

    static func isWordByte(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    /// The error for what stands here.
    func unexpected(expected: [String]) -> QueryError {
        var rest = self
        rest.skipBlanks()
        guard let next = rest.peek(), next != UInt8(ascii: "|") else {
            return QueryError(.unexpectedEnd, at: rest.position, "the stage ends too early", expected: expected)
        }
        let start = rest.position
        let word = rest.run { $0 > 0x20 && $0 != UInt8(ascii: "|") } ?? ""
        return QueryError(.unexpectedText, at: start, "\"\(word.prefix(40))\" cannot stand here", expected: expected)
    }
}
