/// A word or a sign of a condition.
struct ConditionToken: Equatable {
    enum Kind: Equatable {
        case word(String)
        case open
        case close
        case end
    }

    var kind: Kind
    /// In Unicode scalars from the condition's start.
    var offset: Int
}

/// Cuts a condition into words and parentheses.
struct ConditionLexer {
    /// The longest condition of the public rules has 1,100 characters.
    static let maximumLength = 16_384

    /// All tokens, `end` last.
    static func tokens(of text: String) throws(ConditionError) -> [ConditionToken] {
        let characters = Array(text.unicodeScalars)
        guard characters.count <= maximumLength else {
            throw ConditionError(message: "the condition is longer than \(maximumLength) characters", offset: 0)
        }
        var tokens: [ConditionToken] = []
        var index = 0
        while index < characters.count {
            let start = index
            let character = characters[index]
            if isSpace(character) {
                index += 1
                continue
            }
            if character == "(" || character == ")" {
                tokens.append(ConditionToken(kind: character == "(" ? .open : .close, offset: start))
                index += 1
                continue
            }
            while index < characters.count, isWordPart(characters[index]) { index += 1 }
            guard index > start else { throw ConditionError(message: unexpected(character), offset: start) }
            var word = String.UnicodeScalarView()
            word.append(contentsOf: characters[start..<index])
            tokens.append(ConditionToken(kind: .word(String(word)), offset: start))
        }
        tokens.append(ConditionToken(kind: .end, offset: characters.count))
        return tokens
    }

    private static func isSpace(_ character: Unicode.Scalar) -> Bool {
        character == " " || character == "\t" || character == "\n" || character == "\r"
    }

    private static func isWordPart(_ character: Unicode.Scalar) -> Bool {
        switch character {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-", "*": true
        default: false
        }
    }

    private static func unexpected(_ character: Unicode.Scalar) -> String {
        if character == "|" { return "\"|\" can stand only once in a rule's condition, before count, sum, avg, min, max or near" }
        return "unexpected \"\(character)\"; names consist of letters, digits, \"_\" and \"-\""
    }
}
