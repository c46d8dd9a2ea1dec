public import EventModel

/// What an event must satisfy: the meaning of a Sigma rule's condition and of a search's filter. A tree to write and to read;
/// `MatchProgram` is what runs.
///
/// Two-valued logic: a test on a field that the event lacks is false, and its `not` is true.
public indirect enum MatchExpression: Sendable, Equatable {
    case all([MatchExpression])
    case any([MatchExpression])
    case not(MatchExpression)
    case test(FieldTest)
    case constant(Bool)
}

/// A test of one field: true if any of the field's values satisfies it (arrays fan out).
public struct FieldTest: Sendable, Hashable {
    public var field: FieldSelector
    public var test: ValueTest

    public init(_ field: FieldSelector, _ test: ValueTest) {
        self.field = field
        self.test = test
    }
}

/// Which values of an event a test looks at.
public enum FieldSelector: Sendable, Equatable, Hashable {
    /// A path as OCSF or the vendor names it; both are looked at. Case does not matter.
    case named(String)
    /// A path as the vendor names it (`raw.` in searches).
    case vendor(String)
    /// Every value of the event, whatever its name (Sigma's keywords, a search's free text), and the raw text of an event
    /// that has no fields.
    case anyValue
}

/// What one value must satisfy.
public enum ValueTest: Sendable, Hashable {
    /// The field is there, be it null or empty (or is not there).
    case exists(Bool)
    /// The field is missing or null.
    case null
    case text(TextPattern)
    /// Canonical text equality, or numeric equality when both sides parse (sigma.md, decision 13).
    case number(Double, text: String)
    case compare(Comparison, Double)
    case network(IPNetwork)
    case regex(RegexPattern)
    /// Event time, in the given direction: for searches.
    case time(Comparison, Timestamp)
    /// The value is a time whose part, in UTC, lies in the range.
    case timePart(TimePart, ClosedRange<Int>)
    /// The same text as another field of the event, with `contains`, `startswith`, `endswith` forms.
    case field(FieldSelector, FieldRelation)
}

public enum Comparison: String, Sendable, Equatable, CaseIterable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

public enum FieldRelation: String, Sendable, Equatable, CaseIterable {
    case equals, contains, startsWith, endsWith
}

/// A string with wildcards, matched against a whole value.
public struct TextPattern: Sendable, Equatable, Hashable {
    public enum Piece: Sendable, Equatable, Hashable {
        case literal(String)
        /// `*`: any run of characters, also none.
        case anyRun
        /// `?`: exactly one character.
        case anyOne
    }

    public var pieces: [Piece]
    public var isCased: Bool

    public init(_ pieces: [Piece], isCased: Bool = false) {
        self.pieces = pieces
        self.isCased = isCased
    }

    public static func exactly(_ text: String, isCased: Bool = false) -> TextPattern {
        TextPattern(text.isEmpty ? [] : [.literal(text)], isCased: isCased)
    }

    public static func containing(_ text: String, isCased: Bool = false) -> TextPattern {
        TextPattern([.anyRun, .literal(text), .anyRun], isCased: isCased)
    }
}

/// A regular expression in RE2's syntax, searched anywhere in a value unless anchored.
public struct RegexPattern: Sendable, Equatable, Hashable {
    public var source: String
    public var ignoresCase: Bool
    public var isMultiline: Bool
    public var dotMatchesNewline: Bool

    public init(_ source: String, ignoresCase: Bool = false, isMultiline: Bool = false, dotMatchesNewline: Bool = false) {
        self.source = source
        self.ignoresCase = ignoresCase
        self.isMultiline = isMultiline
        self.dotMatchesNewline = dotMatchesNewline
    }
}
