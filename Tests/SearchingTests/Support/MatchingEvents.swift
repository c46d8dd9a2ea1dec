import EventModel
import Matching

/// Which events a filter finds.
struct MatchingEvents {
    private let program: MatchProgram
    private let scratch = MatchScratch()

    init(_ expression: MatchExpression, _ catalog: FieldCatalog) { program = MatchProgram(expression, catalog: catalog) }

    func matches(_ event: Event) -> Bool { program.matches(event, scratch: scratch) }
}
