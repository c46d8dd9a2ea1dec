/// `exists`: whether the field is there at all, be it null or empty.
struct ExistsModifier: Modifier {
    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        guard item.field != nil else { throw ModifierError("\"exists\" needs a field name before it, as in \"field|exists\"") }
        guard item.count == 1 else { throw ModifierError("\"exists\" does not combine with other modifiers") }
        guard case .bool(let isThere) = value else {
            throw ModifierError("\"exists\" needs true or false, without quotes, not \(value.kind)")
        }
        return .exists(isThere)
    }
}
