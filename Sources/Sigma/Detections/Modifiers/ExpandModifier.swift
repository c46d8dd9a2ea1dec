import Matching

/// `expand`: `%name%` stands for each of the values that are configured under that name. `\%` is a percent sign.
struct ExpandModifier: Modifier {
    /// Several placeholders in one value multiply; the same bound as pySigma's.
    private static let maximumExpansions = 200

    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        if case .regex(var pattern) = value {
            pattern.source = try expand(pattern.source, item)
            return .regex(pattern)
        }
        guard case .string(let string) = value else { throw .needs("text", not: value, "expand") }
        let marked = string.mapLiterals { mark($0) }
        var alternatives: [[SigmaString.Piece]] = [[]]
        for piece in marked.pieces {
            guard case .placeholder(let name) = piece else {
                alternatives = alternatives.map { $0 + [piece] }
                continue
            }
            let values = try values(of: name, item)
            guard alternatives.count * values.count <= Self.maximumExpansions else {
                throw ModifierError("placeholders expand to more than \(Self.maximumExpansions) values; split the list")
            }
            let pieces = values.map { SigmaString(escaped: $0).pieces }
            alternatives = alternatives.flatMap { start in pieces.map { start + $0 } }
        }
        return alternatives.count == 1
            ? .string(SigmaString(alternatives[0])) : .expansion(alternatives.map { .string(SigmaString($0)) })
    }

    private func values(of name: String, _ item: ModifierContext) throws(ModifierError) -> [String] {
        guard let values = item.placeholders[name], !values.isEmpty else {
            throw ModifierError(
                "placeholder %\(name)% has no values; define them under \"placeholders\" in the configuration")
        }
        return values
    }

    /// In a regular expression a placeholder is one alternation of its values, which are text with wildcards there as well.
    private func expand(_ source: String, _ item: ModifierContext) throws(ModifierError) -> String {
        var expanded = ""
        for piece in mark(Array(source.utf8)) {
            switch piece {
            case .placeholder(let name):
                let expressions = try values(of: name, item).map { SigmaString(escaped: $0).regularExpression }
                guard expressions.count <= Self.maximumExpansions else {
                    throw ModifierError("placeholders expand to more than \(Self.maximumExpansions) values; split the list")
                }
                expanded += expressions.count == 1 ? expressions[0] : "(?:\(expressions.joined(separator: "|")))"
            case .literal(let bytes): expanded += String(decoding: bytes, as: UTF8.self)
            // Nothing in an expression is a wildcard of Sigma's.
            case .anyRun, .anyOne: continue
            }
        }
        return expanded
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
