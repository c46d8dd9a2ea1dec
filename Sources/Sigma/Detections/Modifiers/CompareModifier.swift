import Matching

/// `lt`, `lte`, `gt`, `gte`: the field's number compared with the value.
struct CompareModifier: Modifier {
    var name: String
    var comparison: Comparison

    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        guard case .number(let number, _) = value else {
            throw ModifierError("modifier \"\(name)\" needs a number without quotes, not \(value.kind)")
        }
        guard number.isFinite else { throw ModifierError("modifier \"\(name)\" needs a finite number") }
        return .comparison(comparison, number)
    }
}
