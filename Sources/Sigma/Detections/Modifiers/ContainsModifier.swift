import Matching

/// `contains`: the value may stand anywhere in the field.
struct ContainsModifier: Modifier {
    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        switch value {
        case .string(var string):
            string.openStart()
            string.openEnd()
            return .string(string)
        // A regular expression is searched anywhere anyhow.
        case .regex: return value
        case .fieldReference(let field, let relation): return .fieldReference(field, relation.opened(.contains))
        case .number, .bool, .null, .network, .comparison, .timePart, .exists, .expansion:
            throw .needs("text", not: value, "contains")
        }
    }
}
