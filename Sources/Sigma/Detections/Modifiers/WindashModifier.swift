/// `windash`: a `-` or `/` that starts a command line option may be any of the dashes that Windows programs take for it.
struct WindashModifier: Modifier {
    private static let dashes = ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"].map { Array($0.utf8) }
    /// Each dash multiplies the alternatives by five; 125 are enough for one value.
    private static let maximumDashes = 3

    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        guard case .string(let string) = value else { throw .needs("text", not: value, "windash") }
        var count = 0
        var alternatives: [[SigmaString.Piece]] = [[]]
        for piece in string.pieces {
            guard case .literal(let bytes) = piece else {
                alternatives = alternatives.map { $0 + [piece] }
                continue
            }
            for part in split(bytes) {
                switch part {
                case .text(let text): alternatives = alternatives.map { $0 + [.literal(text)] }
                case .dash:
                    count += 1
                    guard count <= Self.maximumDashes else {
                        throw ModifierError(
                            "\"windash\" replaces at most \(Self.maximumDashes) dashes in one value; split it into several")
                    }
                    alternatives = alternatives.flatMap { start in Self.dashes.map { start + [.literal($0)] } }
                }
            }
        }
        return .expansion(alternatives.map { .string(SigmaString($0)) })
    }

    private enum Part { case text([UInt8]), dash }

    /// A dash counts where a word starts right after it and none ends right before it: `\B[-/]\b`.
    private func split(_ bytes: [UInt8]) -> [Part] {
        let text = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
        var parts: [Part] = []
        var literal = ""
        for (index, character) in text.enumerated() {
            let startsOption =
                (character == "-" || character == "/") && index + 1 < text.count && isWord(text[index + 1])
                && (index == 0 || !isWord(text[index - 1]))
            if startsOption {
                if !literal.isEmpty { parts.append(.text(Array(literal.utf8))) }
                literal = ""
                parts.append(.dash)
            } else {
                literal.unicodeScalars.append(character)
            }
        }
        if !literal.isEmpty { parts.append(.text(Array(literal.utf8))) }
        return parts
    }

    private func isWord(_ character: Unicode.Scalar) -> Bool {
        character == "_" || character.properties.isAlphabetic || character.properties.numericType != nil
    }
}
