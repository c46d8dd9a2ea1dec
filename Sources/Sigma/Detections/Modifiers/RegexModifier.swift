import Matching

/// `re`: the value is a regular expression, searched anywhere in the field, case-sensitive unless `i` follows. `\` is the
/// expression's own, so the reader hands the text over unescaped.
struct RegexModifier: Modifier {
    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        if let other = item.applied.first(where: { $0 != "all" && $0 != "neq" }) {
            throw ModifierError("\"re\" must come before \"\(other)\": it takes the value as written")
        }
        guard case .string(let string) = value, let bytes = string.bytes, let source = String(validating: bytes, as: UTF8.self)
        else { throw .needs("text", not: value, "re") }
        return .regex(RegexPattern(source))
    }
}
