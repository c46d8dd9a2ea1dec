/// `all`: every value of the list must match, not one of them.
struct AllModifier: Modifier {
    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        item.requiresAll = true
        return value
    }
}
