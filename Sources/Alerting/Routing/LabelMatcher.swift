import Matching

/// A condition on one label, with the meaning that Prometheus Alertmanager gives to its matchers (docs/configuration.md there,
/// "Label matchers"). A label that a finding does not have is the empty text.
public struct LabelMatcher: Sendable {
    public enum Operator: String, Sendable, CaseIterable {
        case equal = "="
        case notEqual = "!="
        /// A regular expression for the whole value (RE2, as Alertmanager's: linear time, whatever the value).
        case matches = "=~"
        case notMatches = "!~"
    }

    public let name: String
    public let op: Operator
    /// The text, or the regular expression as written.
    public let value: String
    private let expression: RegexTest?

    /// Longer names and values are refused, in bytes.
    public static let maximumLength = 4_096

    public init(_ name: String, _ op: Operator, _ value: String) throws(MatcherError) {
        guard !name.isEmpty else { throw MatcherError("a label's name is empty") }
        guard name.utf8.count <= Self.maximumLength, value.utf8.count <= Self.maximumLength else {
            throw MatcherError("a label's name or value is longer than \(Self.maximumLength) bytes")
        }
        self.name = name
        self.op = op
        self.value = value
        guard op == .matches || op == .notMatches else {
            expression = nil
            return
        }
        // By itself first: `a)|(b` would be well-formed between the anchors' brackets.
        if let flaw = RegexPattern(value).validate() { throw MatcherError("the regular expression is not valid: \(flaw)") }
        let anchored = RegexPattern("\\A(?:\(value))\\z")
        guard let compiled = RegexTest(anchored) else {
            throw MatcherError("the regular expression is not valid: \(anchored.validate() ?? "it ends too early")")
        }
        expression = compiled
    }

    /// Whether the finding fulfils it. Of a label with several values one has to, and for the negations none may.
    public func matches(_ labels: FindingLabels) -> Bool {
        let values = labels.values(name)
        let isAny = values.isEmpty ? accepts("") : values.contains(where: accepts)
        return op == .notEqual || op == .notMatches ? !isAny : isAny
    }

    /// The condition without its negation.
    private func accepts(_ text: String) -> Bool {
        guard let expression else { return text == value }
        var text = text
        return text.withUTF8 { expression.matches(UnsafeRawBufferPointer($0)) }
    }
}

extension LabelMatcher: Hashable {
    public static func == (a: LabelMatcher, b: LabelMatcher) -> Bool { a.name == b.name && a.op == b.op && a.value == b.value }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(op)
        hasher.combine(value)
    }
}

extension LabelMatcher: CustomStringConvertible {
    /// As `LabelMatcher.parse` reads it.
    public var description: String {
        let isPlain = name.unicodeScalars.allSatisfy { !MatcherLexer.isReserved($0) }
        return (isPlain ? name : MatcherQuoting.quote(name)) + op.rawValue + MatcherQuoting.quote(value)
    }
}

/// As its text, in the database and in JSON.
extension LabelMatcher: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        let all = try LabelMatcher.parse(text)
        guard let only = all.first, all.count == 1 else { throw MatcherError("one matcher is expected, not \(all.count)") }
        self = only
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension [LabelMatcher] {
    /// Whether the finding fulfils all of them; with none, every finding does.
    public func match(_ labels: FindingLabels) -> Bool { allSatisfy { $0.matches(labels) } }
}

/// Why a text is no matcher.
public struct MatcherError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where, in characters (Unicode scalars) from 1; nil if it is about the whole.
    public var column: Int?
    public var message: String

    init(_ message: String, at column: Int? = nil) {
        self.message = message
        self.column = column
    }

    public var description: String { column.map { "column \($0): \(message)" } ?? message }
}
