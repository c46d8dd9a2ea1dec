import Matching

/// `minute`, `hour`, `day`, `week`, `month`, `year`: a part of the field's time, in UTC, equals the value. `gt`, `gte`, `lt` or
/// `lte` after it compare the part instead.
struct TimePartModifier: Modifier {
    var part: TimePart

    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        let name = part.rawValue
        if case .comparison = value {
            throw ModifierError("\"\(name)\" must come before the comparison, as in \"field|\(name)|gte\"")
        }
        guard item.field != nil else {
            throw ModifierError("\"\(name)\" needs a field name before it, as in \"field|\(name)\"")
        }
        guard case .number(let number, _) = value, let whole = Int(exactly: number) else {
            throw ModifierError("modifier \"\(name)\" needs a whole number without quotes, not \(value.words)")
        }
        guard part.values.contains(whole) else {
            let (least, most) = (part.values.lowerBound, part.values.upperBound)
            throw ModifierError("a time's \(name) is \(least) to \(most), never \(whole)")
        }
        return .timePart(part, whole...whole)
    }
}
