import Matching

/// `startswith`: the field starts with the value.
struct StartsWithModifier: Modifier {
    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        switch value {
        case .string(var string):
            string.openEnd()
            return .string(string)
        case .regex(var pattern):
            pattern.source = "\\A(?:\(pattern.source))"
            return .regex(pattern)
        case .fieldReference(let field, let relation): return .fieldReference(field, relation.opened(.startsWith))
        case .number, .bool, .null, .network, .comparison, .timePart, .exists, .expansion:
            throw .needs("text", not: value, "startswith")
        }
    }
}
