import EventModel
import Matching

/// What is read for a plan once the values of its conditions are known.
struct EventsScan {
    /// The events that the store is asked for.
    private(set) var request: SearchRequest
    /// And of which numbers; empty conditions have no such.
    private(set) var numbers: ClosedRange<Int64> = .min ... .max
    /// No row can satisfy the conditions.
    private(set) var isEmpty = false

    /// - Parameters:
    ///   - operands: one for each of the plan's arguments.
    ///   - since, until: no other events are part of the table.
    init(_ plan: EventsPlan, _ operands: [TableOperand], _ schema: EventsSchema, since: Timestamp?, until: Timestamp?) {
        request = SearchRequest(.constant(true), since: since, until: until, order: plan.order ?? .oldestFirst)
        var times = WholeSpan(least: since?.microseconds ?? .min, most: until.map { $0.microseconds &- 1 } ?? .max)
        var sequences = WholeSpan()
        var tests: [MatchExpression] = []
        for (argument, operand) in zip(plan.arguments, operands) {
            // Nothing is equal to NULL, or less, or greater.
            if operand == .null {
                isEmpty = true
                return
            }
            switch schema.columns[argument.column].content {
            case .sequence: sequences.take(argument.comparison, operand)
            case .microseconds: times.take(argument.comparison, operand)
            case .time: Self.take(argument.comparison, operand, to: &times)
            case .field(let selectors):
                if let test = Self.equality(argument, operand, selectors) { tests.append(test) }
            case .raw, .document: break
            }
        }
        if times.isEmpty || sequences.isEmpty {
            isEmpty = true
            return
        }
        request.since = times.least == .min ? nil : Timestamp(microseconds: times.least)
        request.until = times.most == .max ? nil : Timestamp(microseconds: times.most + 1)
        numbers = sequences.least...sequences.most
        if !tests.isEmpty { request.expression = tests.count == 1 ? tests[0] : .all(tests) }
    }

    /// A time that is written as text. Events from before the year 0 or after 9999 are written as the first or last instant.
    private static func take(_ comparison: TableConstraint.Comparison, _ operand: TableOperand, to times: inout WholeSpan) {
        guard case .text(let text) = operand, let instant = SQLTime.parse(text)?.microseconds else { return }
        switch comparison {
        case .equal:
            if instant > SQLTime.first { times.take(.greaterOrEqual, .integer(instant)) }
            if instant < SQLTime.last { times.take(.lessOrEqual, .integer(instant)) }
        case .greaterOrEqual: if instant > SQLTime.first { times.take(comparison, .integer(instant)) }
        case .lessOrEqual: if instant < SQLTime.last { times.take(comparison, .integer(instant)) }
        case .less, .greater: times.take(comparison, .integer(instant))
        }
    }

    // MARK: - Equality

    /// A test that every event satisfies whose value equals one of these; nil if there is none.
    ///
    /// SQLite converts the sides of a comparison to each other's type where one is declared: a column of text makes text of a
    /// number. So a text finds the number that it would be written as too.
    static func equality(
        _ argument: EventsPlan.Argument, _ operand: TableOperand, _ selectors: [FieldSelector]
    ) -> MatchExpression? {
        let members = operand.members
        guard members.count <= EventsPlan.maximumList else { return nil }
        var tests: [ValueTest] = []
        for member in members {
            let more: [ValueTest]?
            switch member {
            case .null: more = []
            case .text(let text): more = Self.tests(equal: text, ignoresCase: argument.ignoresCase)
            case .integer(let number):
                more = argument.takesNumbers ? Self.tests(equal: Double(number), "\(number)") : nil
            case .real(let number):
                more = argument.takesNumbers && number.isFinite ? Self.tests(equal: number, "\(number)") : nil
            case .other, .list: more = nil
            }
            guard let more else { return nil }
            tests += more
        }
        let all = selectors.flatMap { selector in tests.map { MatchExpression.test(FieldTest(selector, $0)) } }
        return all.isEmpty ? .constant(false) : all.count == 1 ? all[0] : .any(all)
    }

    private static func tests(equal text: String, ignoresCase: Bool) -> [ValueTest]? {
        // An empty text is not worth it; several values of a field are one text in brackets.
        guard let first = text.utf8.first, first != UInt8(ascii: "[") else { return nil }
        let same = ValueTest.text(.exactly(text, isCased: !ignoresCase))
        var copy = text
        guard copy.withUTF8({ NumberTest.parse(UnsafeRawBufferPointer($0)) }) != nil else { return [same] }
        // SQLite writes a number with a fraction in 15 digits: several numbers have one text.
        guard text.utf8.allSatisfy({ $0 &- 0x30 < 10 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }) else { return nil }
        // Only so does it write whole ones.
        guard let number = Int64(text), "\(number)" == text else { return [same] }
        return [same] + tests(equal: Double(number), text)
    }

    /// True is 1, false is 0.
    private static func tests(equal number: Double, _ text: String) -> [ValueTest] {
        let same = ValueTest.number(number, text: text)
        guard number == 0 || number == 1 else { return [same] }
        return [same, .text(.exactly(number == 1 ? "true" : "false", isCased: true))]
    }
}

/// Whole numbers from one to another, both included, as conditions leave them.
private struct WholeSpan {
    var least = Int64.min
    var most = Int64.max

    var isEmpty: Bool { least > most }

    /// Leaves what compares so to a number. Other values are SQLite's to compare.
    mutating func take(_ comparison: TableConstraint.Comparison, _ operand: TableOperand) {
        switch operand {
        case .integer(let bound): take(comparison, bound)
        case .real(let bound): take(comparison, bound)
        case .list(let members):
            var numbers: [Int64] = []
            for member in members {
                switch member {
                case .integer(let number): numbers.append(number)
                case .null: break
                case .real, .text, .other, .list: return
                }
            }
            guard let first = numbers.min(), let last = numbers.max() else { return take(.less, Int64.min) }
            take(.greaterOrEqual, first)
            take(.lessOrEqual, last)
        case .null, .text, .other: break
        }
    }

    private mutating func take(_ comparison: TableConstraint.Comparison, _ bound: Int64) {
        switch comparison {
        case .equal: (least, most) = (max(least, bound), min(most, bound))
        case .lessOrEqual: most = min(most, bound)
        case .greaterOrEqual: least = max(least, bound)
        case .less, .greater:
            let isAtEnd = bound == (comparison == .less ? .min : .max)
            if isAtEnd {
                (least, most) = (.max, .min)
            } else if comparison == .less {
                most = min(most, bound - 1)
            } else {
                least = max(least, bound + 1)
            }
        }
    }

    /// Beyond 2^53 not every whole number is a double: the whole numbers next to it are taken in.
    private mutating func take(_ comparison: TableConstraint.Comparison, _ bound: Double) {
        guard abs(bound) < 9e18 else { return }
        let (below, above) = (Int64(bound.rounded(.down)), Int64(bound.rounded(.up)))
        switch comparison {
        case .equal:
            take(.greaterOrEqual, below)
            take(.lessOrEqual, above)
        case .less, .lessOrEqual: take(.lessOrEqual, above)
        case .greater, .greaterOrEqual: take(.greaterOrEqual, below)
        }
    }
}
