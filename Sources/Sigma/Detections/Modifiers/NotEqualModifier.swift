/// `neq`: none of the values may match. An event without the field satisfies it, as it satisfies `not`.
struct NotEqualModifier: Modifier {
    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        item.isNegated = true
        return value
    }
}
