/// `expand`: `%name%` stands for each of the values that are configured under that name. `\%` is a percent sign.
struct ExpandModifier: Modifier {
    /// Several placeholders in one value multiply; the same bound as pySigma's.
    private static let maximumExpansions = 200

    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        guard case .string(let string) = value else { throw .needs("text", not: value, "expand") }
        let marked = string.mapLiterals { mark($0) }
        var alternatives: [[SigmaString.Piece]] = [[]]
        for piece in marked.pieces {
            guard case .placeholder(let name) = piece else {
                alternatives = alternatives.map { $0 + [piece] }
                continue
            }
            guard let values = item.placeholders[name], !values.isEmpty else {
                throw ModifierError(
                    "placeholder %\(name)% has no values; define them under \"placeholders\" in the configuration")
            }
            guard alternatives.count * values.count <= Self.maximumExpansions else {
                throw ModifierError("placeholders expand to more than \(Self.maximumExpansions) values; split the list")
            }
            let pieces = values.map { SigmaString(escaped: $0).pieces }
            alternatives = alternatives.flatMap { start in pieces.map { start + $0 } }
        }
        return alternatives.count == 1
            ? .string(SigmaString(alternatives[0])) : .expansion(alternatives.map { .string(SigmaString($0)) })
    }

    /// Cuts a literal at its `%name%`. A name has no `%` and no backslash in it.
    private func mark(_ bytes: [UInt8]) -> [SigmaString.Piece] {
        let percent = UInt8(ascii: "%")
        let backslash = UInt8(ascii: "\\")
        var pieces: [SigmaString.Piece] = []
        var literal: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == backslash, index + 1 < bytes.count, bytes[index + 1] == percent {
                literal.append(percent)
                index += 2
            } else if bytes[index] == percent, let end = bytes[(index + 1)...].firstIndex(of: percent), end > index + 1,
                !bytes[index..<end].contains(backslash)
            {
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = []
                pieces.append(.placeholder(String(decoding: bytes[(index + 1)..<end], as: UTF8.self)))
                index = end + 1
            } else {
                literal.append(bytes[index])
                index += 1
            }
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        return pieces
    }
}
