import Matching

/// A string value of a rule on its way through the modifiers: literal text with wildcards and placeholders in it.
///
/// Literals are bytes, not text, because the UTF-16 modifiers produce what is not UTF-8.
struct SigmaString: Equatable {
    enum Piece: Equatable {
        case literal([UInt8])
        /// `*`
        case anyRun
        /// `?`
        case anyOne
        /// `%name%` under `expand`
        case placeholder(String)
    }

    var pieces: [Piece]

    init(_ pieces: [Piece]) { self.pieces = pieces }

    /// Text in which nothing is special.
    init(literal text: String) { pieces = text.isEmpty ? [] : [.literal(Array(text.utf8))] }

    /// Text as a rule writes it (Sigma specification 2.1.0, "Escape Character"): `*` and `?` are wildcards, `\` takes their
    /// meaning from them and from itself, and is a plain backslash before anything else.
    init(escaped text: String) {
        pieces = []
        var literal: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                if !Self.isSpecial(byte) { literal.append(Self.backslash) }
                literal.append(byte)
                isEscaped = false
            } else if byte == Self.backslash {
                isEscaped = true
            } else if byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") {
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = []
                pieces.append(byte == UInt8(ascii: "*") ? .anyRun : .anyOne)
            } else {
                literal.append(byte)
            }
        }
        if isEscaped { literal.append(Self.backslash) }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
    }

    private static let backslash = UInt8(ascii: "\\")

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte == backslash || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?")
    }

    /// An expression in RE2's syntax that matches what this does.
    var regularExpression: String {
        pieces.map { piece in
            switch piece {
            case .anyRun: "(?s:.*)"
            case .anyOne: "(?s:.)"
            case .placeholder(let name): "%\(name)%"
            case .literal(let bytes):
                String(decoding: bytes, as: UTF8.self).unicodeScalars.reduce(into: "") { text, scalar in
                    if #"\.+*?()|[]{}^$"#.unicodeScalars.contains(scalar) { text += "\\" }
                    text.unicodeScalars.append(scalar)
                }
            }
        }.joined()
    }

    var hasWildcards: Bool { pieces.contains { $0 == .anyRun || $0 == .anyOne } }

    /// The bytes of a string without wildcards and placeholders; nil for one that has them.
    var bytes: [UInt8]? {
        var all: [UInt8] = []
        for piece in pieces {
            guard case .literal(let bytes) = piece else { return nil }
            all += bytes
        }
        return all
    }

    /// Starts with `*` already, or now does.
    mutating func openStart() { if pieces.first != .anyRun { pieces.insert(.anyRun, at: 0) } }

    /// Ends with `*` already, or now does.
    mutating func openEnd() { if pieces.last != .anyRun { pieces.append(.anyRun) } }

    /// Each literal replaced by what `transform` makes of it.
    func mapLiterals<Failure: Error>(_ transform: ([UInt8]) throws(Failure) -> [Piece]) throws(Failure) -> SigmaString {
        var mapped: [Piece] = []
        for piece in pieces {
            guard case .literal(let bytes) = piece else {
                mapped.append(piece)
                continue
            }
            mapped += try transform(bytes)
        }
        return SigmaString(mapped)
    }

    /// What `Matching` compares. Neighbouring literals become one. Nil if the bytes are not UTF-8, or a placeholder is left.
    func pattern(isCased: Bool) -> TextPattern? {
        var result: [TextPattern.Piece] = []
        var literal: [UInt8] = []
        func flush() -> Bool {
            guard !literal.isEmpty else { return true }
            guard let text = String(validating: literal, as: UTF8.self) else { return false }
            result.append(.literal(text))
            literal = []
            return true
        }
        for piece in pieces {
            switch piece {
            case .literal(let bytes): literal += bytes
            case .anyRun, .anyOne:
                guard flush() else { return nil }
                result.append(piece == .anyRun ? .anyRun : .anyOne)
            case .placeholder: return nil
            }
        }
        return flush() ? TextPattern(result, isCased: isCased) : nil
    }
}
