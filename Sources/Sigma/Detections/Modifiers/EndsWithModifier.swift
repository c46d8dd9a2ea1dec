import Matching

/// `endswith`: the field ends with the value.
struct EndsWithModifier: Modifier {
    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        switch value {
        case .string(var string):
            string.openStart()
            return .string(string)
        case .regex(var pattern):
            pattern.source = "(?:\(pattern.source))\\z"
            return .regex(pattern)
        case .fieldReference(let field, let relation): return .fieldReference(field, relation.opened(.endsWith))
        case .number, .bool, .null, .network, .comparison, .timePart, .exists, .expansion:
            throw .needs("text", not: value, "endswith")
        }
    }
}
