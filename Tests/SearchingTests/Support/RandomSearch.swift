import EventModel
import Searching
import TestSupport

/// Random events and filters over few fields and values, so that they often meet; and what each filter means, written down apart
/// from the engine.
struct RandomSearch {
    var generator: SeededGenerator

    static let fields = ["a", "b.c", "n"]
    static let texts = ["x", "X", "xy", "7", "7.0", "-3", "true", "two words", "zz"]

    /// A filter as a tree.
    indirect enum Filter {
        case all([Filter])
        case any([Filter])
        case not(Filter)
        case exists(String)
        case equal(String, String)
        case exact(String, String)
        case begins(String, String)
        case less(String, Double)
        case from(String, Double)
        case within(String, Double, Double)
        case among(String, [String])
        case text(String)
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func event() -> SampleEvent {
        var event = SampleEvent(Int64(number(0...50)), [:], isVendor: number(0...1) == 0)
        for field in Self.fields {
            switch number(0...5) {
            case 0: break
            case 1: event.fields.append((field, .list([.string(pick(Self.texts)), .integer(Int64(number(-3...7)))])))
            case 2: event.fields.append((field, .integer(Int64(number(-3...7)))))
            default: event.fields.append((field, .string(pick(Self.texts))))
            }
        }
        return event
    }

    mutating func filter(depth: Int) -> Filter {
        if depth > 0 && number(0...2) > 0 {
            let members = (0..<number(2...3)).map { _ in filter(depth: depth - 1) }
            switch number(0...2) {
            case 0: return .all(members)
            case 1: return .any(members)
            default: return .not(members[0])
            }
        }
        let field = pick(Self.fields)
        switch number(0...9) {
        case 0: return .exists(field)
        case 1, 2: return .equal(field, pick(Self.texts))
        case 3: return .exact(field, pick(Self.texts))
        case 4: return .begins(field, pick(["x", "t", "7"]))
        case 5: return .less(field, Double(number(-3...7)))
        case 6: return .from(field, Double(number(-3...7)))
        case 7: return .within(field, Double(number(-4...0)), Double(number(1...7)))
        case 8: return .among(field, [pick(Self.texts), pick(Self.texts)])
        default: return .text(pick(["x", "wo", "7", "Q"]))
        }
    }
}

extension RandomSearch.Filter {
    /// As a person would type it.
    var query: String {
        switch self {
        case .all(let members): "(" + members.map(\.query).joined(separator: " AND ") + ")"
        case .any(let members): "(" + members.map(\.query).joined(separator: " OR ") + ")"
        case .not(let inner): "NOT \(inner.query)"
        case .exists(let field): "\(field):*"
        case .equal(let field, let value): "\(field):\(Self.written(value))"
        case .exact(let field, let value): "\(field)==\(Self.written(value))"
        case .begins(let field, let value): "\(field):\(value)*"
        case .less(let field, let bound): "\(field)<\(bound)"
        case .from(let field, let bound): "\(field) >= \(bound)"
        case .within(let field, let low, let high): "\(field):{\(low) TO \(high)]"
        case .among(let field, let values): "\(field) in (" + values.map(Self.written).joined(separator: ", ") + ")"
        case .text(let text): text
        }
    }

    private static func written(_ value: String) -> String { value.contains(" ") ? "\"\(value)\"" : value }

    /// Whether an event satisfies it.
    func holds(_ event: SampleEvent) -> Bool {
        switch self {
        case .all(let members): members.allSatisfy { $0.holds(event) }
        case .any(let members): members.contains { $0.holds(event) }
        case .not(let inner): !inner.holds(event)
        case .exists(let field): !event.values(field).isEmpty
        case .equal(let field, let value): texts(event, field).contains { Self.same($0, value) }
        case .exact(let field, let value): texts(event, field).contains(value)
        case .begins(let field, let value): texts(event, field).contains { $0.lowercased().hasPrefix(value) }
        case .less(let field, let bound): numbers(event, field).contains { $0 < bound }
        case .from(let field, let bound): numbers(event, field).contains { $0 >= bound }
        case .within(let field, let low, let high):
            numbers(event, field).contains { $0 > low } && numbers(event, field).contains { $0 <= high }
        case .among(let field, let values): texts(event, field).contains { text in values.contains { Self.same(text, $0) } }
        case .text(let text):
            RandomSearch.fields.contains { texts(event, $0).contains { $0.lowercased().contains(text.lowercased()) } }
        }
    }

    private func texts(_ event: SampleEvent, _ field: String) -> [String] { event.values(field).map(\.text) }
    private func numbers(_ event: SampleEvent, _ field: String) -> [Double] { texts(event, field).compactMap { Double($0) } }

    /// Bare words that are numbers equal numbers; quoted ones are text, as "two words" is.
    private static func same(_ text: String, _ value: String) -> Bool {
        if text.lowercased() == value.lowercased() { return true }
        guard let left = Double(text), let right = Double(value) else { return false }
        return left == right
    }
}
