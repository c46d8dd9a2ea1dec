import EventModel
import Matching

extension SearchRequest {
    /// The same request, with the times that its expression requires taken into its span: blocks are passed over by that.
    func narrowed() -> SearchRequest {
        var result = self
        result.expression = result.takeTimes(of: expression)
        return result
    }

    /// What is left to ask of an event within the span.
    private mutating func takeTimes(of expression: MatchExpression) -> MatchExpression {
        switch expression {
        case .all(let members): return .all(members.map { takeTimes(of: $0) })
        case .test(let field):
            guard case .time(let comparison, let bound) = field.test else { return expression }
            let next = bound.microseconds == .max ? bound : Timestamp(microseconds: bound.microseconds + 1)
            switch comparison {
            case .less: until = min(until ?? bound, bound)
            case .lessOrEqual where next == bound: return expression
            case .lessOrEqual: until = min(until ?? next, next)
            case .greater where next == bound: return expression
            case .greater: since = max(since ?? next, next)
            case .greaterOrEqual: since = max(since ?? bound, bound)
            }
            return .constant(true)
        case .constant, .not, .any: return expression
        }
    }
}
