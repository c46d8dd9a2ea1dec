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
