import EventModel

/// A field that a classification looks at: a path, or, as in mapping files, `events.parameters[name=label|label_id].value` for
/// members of those elements of a list of which another member is one of some words.
public struct SelectedField: Sendable {
    let id: FieldID
    private let condition: Condition?

    private struct Condition: Sendable {
        var list: FieldID
        var member: FieldID
        var words: [[UInt8]]
    }

    /// What of an element is looked at, before and behind the field.
    private static let maximumDistance = 64

    /// Whether a text is such a path.
    public static func isValid(_ text: String) -> Bool { parts(text) != nil }

    /// - Parameter text: a valid one; of another all is taken as a path, which no event has.
    init(_ text: String, _ catalog: FieldCatalog) {
        guard let parts = Self.parts(text), let list = parts.list else {
            id = catalog.intern(text)
            condition = nil
            return
        }
        id = catalog.intern(list + "." + parts.rest)
        condition = Condition(
            list: catalog.intern(list), member: catalog.intern(list + "." + parts.member),
            words: parts.words.map { Array($0.utf8) })
    }

    private static func parts(_ text: String) -> (list: String?, member: String, words: [String], rest: String)? {
        func isPath(_ text: some StringProtocol) -> Bool {
            !text.isEmpty && !text.contains { "[]=|(),\"".contains($0) } && !text.hasPrefix(".") && !text.hasSuffix(".")
        }
        guard let open = text.firstIndex(of: "[") else { return isPath(text) ? (nil, "", [], text) : nil }
        guard let close = text[open...].firstIndex(of: "]") else { return nil }
        let inner = text[text.index(after: open)..<close]
        guard let equals = inner.firstIndex(of: "=") else { return nil }
        let tail = text[text.index(after: close)...]
        let words = inner[inner.index(after: equals)...].split(separator: "|", omittingEmptySubsequences: false)
        guard isPath(text[..<open]), isPath(inner[..<equals]), tail.first == ".", isPath(tail.dropFirst()),
            words.allSatisfy({ !$0.isEmpty })
        else { return nil }
        return (String(text[..<open]), String(inner[..<equals]), words.map(String.init), String(tail.dropFirst()))
    }

    // Hot path.

    /// Whether the field at `index`, which has the path, stands in an element that is meant.
    func holds(_ builder: EventBuilder, _ index: Int, _ range: Range<Int>) -> Bool {
        guard let condition else { return true }
        var start = index
        let first = max(range.lowerBound, index - Self.maximumDistance)
        while start > first, !isMark(builder.fields[start], condition) { start -= 1 }
        let end = min(range.upperBound, index + Self.maximumDistance)
        var place = start
        while place < end {
            let field = builder.fields[place]
            if place > start, isMark(field, condition) { return false }
            if field.id == condition.member, field.kind == .string {
                let bytes = builder.bytes(of: field)
                if condition.words.contains(where: { $0.elementsEqual(bytes) }) { return true }
            }
            place += 1
        }
        return false
    }

    private func isMark(_ field: Field, _ condition: Condition) -> Bool { field.kind == .element && field.id == condition.list }
}
