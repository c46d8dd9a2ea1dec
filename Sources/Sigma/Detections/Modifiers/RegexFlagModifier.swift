import Matching

/// `i`, `m`, `s` (and their long names) after `re`.
struct RegexFlagModifier: Modifier {
    enum Flag: Sendable { case ignoresCase, isMultiline, dotMatchesNewline }

    var name: String
    var flag: Flag

    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        guard case .regex(var pattern) = value else {
            throw ModifierError("modifier \"\(name)\" stands only after \"re\", as in \"field|re|\(name)\"")
        }
        switch flag {
        case .ignoresCase: pattern.ignoresCase = true
        case .isMultiline: pattern.isMultiline = true
        case .dotMatchesNewline: pattern.dotMatchesNewline = true
        }
        return .regex(pattern)
    }
}
