import Matching

/// `fieldref`: the value is the name of another field of the same event. `contains`, `startswith` and `endswith` may follow.
struct FieldReferenceModifier: Modifier {
    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        guard item.field != nil else {
            throw ModifierError("\"fieldref\" needs a field name before it, as in \"field|fieldref\"")
        }
        guard case .string(let string) = value else { throw .needs("text", not: value, "fieldref") }
        guard let bytes = string.bytes, !bytes.isEmpty, let name = String(validating: bytes, as: UTF8.self) else {
            throw ModifierError(
                "\"fieldref\" needs the name of a field, without wildcards; put \"contains\" and the like after it")
        }
        return .fieldReference(name, .equals)
    }
}

extension FieldRelation {
    /// The relation with one more of `startswith`, `endswith` and `contains` after it: both ends open are `contains`.
    func opened(_ other: FieldRelation) -> FieldRelation { self == .equals || self == other ? other : .contains }
}
