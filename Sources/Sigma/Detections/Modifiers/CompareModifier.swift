import Matching

/// `lt`, `lte`, `gt`, `gte`: the field's number compared with the value.
struct CompareModifier: Modifier {
    var name: String
    var comparison: Comparison

    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        if case .timePart(let part, let range) = value, range.lowerBound == range.upperBound {
            return .timePart(part, try bounds(part, range.lowerBound))
        }
        guard case .number(let number, _) = value else {
            throw ModifierError("modifier \"\(name)\" needs a number without quotes, not \(value.kind)")
        }
        guard number.isFinite else { throw ModifierError("modifier \"\(name)\" needs a finite number") }
        return .comparison(comparison, number)
    }

    private func bounds(_ part: TimePart, _ bound: Int) throws(ModifierError) -> ClosedRange<Int> {
        let range: (Int, Int) =
            switch comparison {
            case .less: (.min, bound - 1)
            case .lessOrEqual: (.min, bound)
            case .greater: (bound + 1, .max)
            case .greaterOrEqual: (bound, .max)
            }
        guard range.0 <= part.values.upperBound, range.1 >= part.values.lowerBound else {
            throw ModifierError("no time's \(part.rawValue) is \(comparison.rawValue) \(bound)")
        }
        return range.0...range.1
    }
}
