/// `cased`: upper and lower case differ.
struct CasedModifier: Modifier {
    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        guard case .string = value else {
            if case .regex = value { throw ModifierError("regular expressions are case-sensitive already; leave out \"cased\"") }
            throw .needs("text", not: value, "cased")
        }
        item.isCased = true
        return value
    }
}
