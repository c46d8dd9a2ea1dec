/// Reads the words of a query. What a character means depends on where it stands (`:` ends a field's name, but is part of an
/// address), so the parser asks for what may come next instead of taking tokens as they are.
struct QueryLexer {
    let bytes: [UInt8]
    private(set) var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position >= bytes.count }

    func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    mutating func skipBlanks() {
        while let byte = peek(), byte == 0x20 || (byte >= 0x09 && byte <= 0x0d) { position += 1 }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek() == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func move(to place: Int) { position = place }

    /// Takes a word of letters if exactly it comes next, ended by a blank, a parenthesis or the end.
    mutating func takeKeyword(_ keyword: String, ignoresCase: Bool = false) -> Bool {
        let letters = Array(keyword.utf8)
        guard position + letters.count <= bytes.count else { return false }
        for (index, letter) in letters.enumerated() {
            let byte = bytes[position + index]
            guard byte == letter || (ignoresCase && CaseFolding.foldASCII(byte) == CaseFolding.foldASCII(letter)) else {
                return false
            }
        }
        if let after = peek(letters.count), !Self.endsWord(after) { return false }
        position += letters.count
        return true
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") || byte == UInt8(ascii: "|")
            || byte == UInt8(ascii: "\"")
    }

    /// A field's name: letters, digits, `_ . - @ $ [ ]` and whatever is not ASCII. Nil if none stands here.
    mutating func name() -> String? {
        let start = position
        while let byte = peek(), Self.isNameByte(byte) { position += 1 }
        return position > start ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"),
            UInt8(ascii: "@"), UInt8(ascii: "$"), UInt8(ascii: "["), UInt8(ascii: "]"), 0x80...:
            return true
        default:
            return false
        }
    }

    /// A relation between a field and a scalar.
    enum Relation: Equatable {
        case equal, exact, notEqual
        case compare(Comparison)
    }

    mutating func relation() -> Relation? {
        if take("=") { return take("=") ? .exact : .equal }
        if take(">") { return .compare(take("=") ? .greaterOrEqual : .greater) }
        if take("<") { return .compare(take("=") ? .lessOrEqual : .less) }
        if peek() == UInt8(ascii: "!"), peek(1) == UInt8(ascii: "=") {
            position += 2
            return .notEqual
        }
        return nil
    }

    /// A value as written: bare, with wildcards, or quoted.
    struct Word {
        var pieces: [TextPattern.Piece]
        var isQuoted: Bool
        var offset: Int

        /// The text when there is no wildcard in it.
        var text: String? {
            if pieces.isEmpty { return "" }
            guard pieces.count == 1, case .literal(let text) = pieces[0] else { return nil }
            return text
        }
    }

    /// A bare word, up to a blank, a parenthesis, a quote, `|`, or one of `stops`. `\` takes the meaning from a following
    /// ASCII character that is no letter or digit; before others it stands for itself.
    mutating func bareWord(stops: String = "") -> Word? {
        let start = position
        let stops = Set(stops.utf8)
        var pieces: [TextPattern.Piece] = []
        var literal: [UInt8] = []
        func flush() {
            if !literal.isEmpty { pieces.append(.literal(String(decoding: literal, as: UTF8.self))) }
            literal = []
        }
        while let byte = peek(), !Self.endsWord(byte), !stops.contains(byte) {
            position += 1
            switch byte {
            case UInt8(ascii: "*"):
                flush()
                pieces.append(.anyRun)
            case UInt8(ascii: "?"):
                flush()
                pieces.append(.anyOne)
            case UInt8(ascii: "\\"):
                if let next = peek(), next < 0x80, next >= 0x20, !Self.isLetterOrDigit(next) {
                    literal.append(next)
                    position += 1
                } else {
                    literal.append(byte)
                }
            default:
                literal.append(byte)
            }
        }
        flush()
        return position > start ? Word(pieces: pieces, isQuoted: false, offset: start) : nil
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
    }

    /// A quoted string, in which `\"` and `\\` are escapes and nothing else has a meaning. Nil if no quote stands here.
    mutating func quoted() throws(QueryError) -> Word? {
        let start = position
        guard take("\"") else { return nil }
        var literal: [UInt8] = []
        while let byte = peek() {
            position += 1
            if byte == UInt8(ascii: "\"") {
                let text = String(decoding: literal, as: UTF8.self)
                return Word(pieces: text.isEmpty ? [] : [.literal(text)], isQuoted: true, offset: start)
            }
            if byte == UInt8(ascii: "\\"), let next = peek(), next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") {
                literal.append(next)
                position += 1
            } else {
                literal.append(byte)
            }
        }
        throw QueryError(.unterminatedString, at: start, "the quoted string does not end", expected: ["\""])
    }

    /// `/expression/flags`, in which `\/` is a slash. Nil, and nothing is taken, when what stands here is not closed by a slash
    /// that a blank, parenthesis or the end follows: then it is a path, and a plain word.
    mutating func regex(stops: String = "") -> (pattern: RegexPattern, offset: Int)? {
        let start = position
        guard peek() == UInt8(ascii: "/") else { return nil }
        var place = start + 1
        var source: [UInt8] = []
        while place < bytes.count, bytes[place] != UInt8(ascii: "/") {
            if bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count {
                if bytes[place + 1] != UInt8(ascii: "/") { source.append(bytes[place]) }
                place += 1
            }
            source.append(bytes[place])
            place += 1
        }
        guard place < bytes.count, place > start + 1 else { return nil }
        place += 1
        var pattern = RegexPattern(String(decoding: source, as: UTF8.self))
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "i"): pattern.ignoresCase = true
            case UInt8(ascii: "m"): pattern.isMultiline = true
            case UInt8(ascii: "s"): pattern.dotMatchesNewline = true
            case let byte where Self.endsWord(byte) || stops.utf8.contains(byte):
                position = place
                return (pattern, start)
            default: return nil
            }
            place += 1
        }
        position = place
        return (pattern, start)
    }
}
