/// A rule's condition as a tree over its search identifiers.
indirect enum Condition: Equatable {
    case all([Condition])
    case any([Condition])
    case not(Condition)
    /// `offset`: where the name stands in the condition, in Unicode scalars.
    case identifier(String, offset: Int)
    /// `1 of`, `any of`, `all of`.
    case selector(Quantifier, SelectorPattern, offset: Int)

    enum Quantifier: Equatable { case any, all }

    /// Whether a `not` stands anywhere in it.
    var hasNot: Bool {
        switch self {
        case .all(let parts), .any(let parts): parts.contains(where: \.hasNot)
        case .not: true
        case .identifier, .selector: false
        }
    }

    /// Whether it is one name or selector, which needs no parentheses.
    var isAtom: Bool {
        switch self {
        case .identifier, .selector: true
        case .all, .any, .not: false
        }
    }

    /// As a rule writes it, with no more parentheses than it needs.
    var text: String {
        switch self {
        case .all(let parts): parts.map { if case .any = $0 { "(\($0.text))" } else { $0.text } }.joined(separator: " and ")
        case .any(let parts): parts.map(\.text).joined(separator: " or ")
        case .not(let inner): "not " + (inner.isAtom ? inner.text : "(\(inner.text))")
        case .identifier(let name, _): name
        case .selector(let quantifier, let pattern, _): (quantifier == .any ? "1" : "all") + " of \(pattern.text)"
        }
    }
}

/// What follows `of`: `them`, or a name in which `*` stands for any run of characters.
struct SelectorPattern: Equatable {
    var text: String

    /// Whether a search identifier is meant. Names that start with `_` are only meant by patterns that do, too.
    func selects(_ name: String) -> Bool {
        if name.utf8.first == UInt8(ascii: "_") && text.utf8.first != UInt8(ascii: "_") { return false }
        return text == "them" || matches(Array(name.utf8), Array(text.utf8))
    }

    private func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        var (place, at) = (0, 0)
        // Where to go on if the last `*` has to take one more character.
        var retry: (place: Int, at: Int)?
        while place < name.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                retry = (place, at)
                at += 1
            } else if at < pattern.count, pattern[at] == name[place] {
                place += 1
                at += 1
            } else if let last = retry {
                retry = (last.place + 1, last.at)
                place = last.place + 1
                at = last.at + 1
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

/// What is wrong with a condition, and at which character of it.
struct ConditionError: Error, Equatable {
    var message: String
    /// In Unicode scalars from the condition's start.
    var offset: Int
}
