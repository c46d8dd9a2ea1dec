/// `minute`, `hour`, `day`, `week`, `month`, `year`: a part of the field's time. Matching has no test for it, so a rule that
/// needs one is refused instead of never matching.
struct TimePartModifier: Modifier {
    var name: String

    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        throw ModifierError("modifier \"\(name)\" is not evaluated by this version; compare whole times, or leave the item out")
    }
}
