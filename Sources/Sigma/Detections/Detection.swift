import LocatedYAML

/// What stands under a search identifier.
indirect enum Detection: Equatable {
    /// A mapping, or keywords: all of the items must match.
    case items([FieldMatch])
    /// A list of mappings, or of mappings and keywords: one of them must match.
    case any([Detection])
}

extension Detection {
    /// How many values stand under items with the modifier; an empty list counts as one.
    func valueCount(with modifier: String) -> Int {
        switch self {
        case .items(let items):
            items.reduce(0) { $0 + ($1.modifiers.contains { $0.name == modifier } ? max($1.values.count, 1) : 0) }
        case .any(let detections): detections.reduce(0) { $0 + $1.valueCount(with: modifier) }
        }
    }
}

/// One line of a detection: `field|modifier: value`, or keywords, which have no field.
struct FieldMatch: Equatable {
    struct ModifierName: Equatable {
        var name: String
        var location: SourceLocation
    }

    /// Nil for keywords.
    var field: String?
    var modifiers: [ModifierName]
    /// In a list, or one alone.
    var values: [YAMLNode]
    var location: SourceLocation
}

/// A named part of a rule's `detection`.
struct SearchIdentifier: Equatable {
    var name: String
    var location: SourceLocation
    var detection: Detection
}
