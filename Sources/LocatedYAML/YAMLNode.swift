/// One value of a YAML document, with the place where it is written.
///
/// Aliases are already replaced by what they stand for (with the location of the original), and merge keys (`<<`) are merged.
public struct YAMLNode: Sendable, Equatable {
    /// One `key: value` of a mapping.
    public struct Entry: Sendable, Equatable {
        /// The key's text. Keys are compared by text: `1` and `"1"` are one key.
        public var key: String
        public var keyStyle: YAMLScalar.Style
        public var keyLocation: SourceLocation
        public var value: YAMLNode

        public init(key: String, keyStyle: YAMLScalar.Style = .plain, keyLocation: SourceLocation, value: YAMLNode) {
            self.key = key
            self.keyStyle = keyStyle
            self.keyLocation = keyLocation
            self.value = value
        }

        /// Where the character at `offset` of the key is written, if the key has no escapes before it.
        public func location(ofKeyCharacter offset: Int) -> SourceLocation {
            var location = keyLocation
            location.column += offset + (keyStyle == .plain ? 0 : 1)
            return location
        }
    }

    public enum Content: Sendable, Equatable {
        /// In the order written; keys are unique.
        case mapping([Entry])
        case sequence([YAMLNode])
        case scalar(YAMLScalar)
    }

    public var content: Content
    /// Where the value starts. For a value in quotes, the place of the quote; for a block scalar, of its `|` or `>`.
    public var location: SourceLocation

    public init(_ content: Content, at location: SourceLocation) {
        self.content = content
        self.location = location
    }
}

extension YAMLNode {
    /// The pairs of a mapping; nil for anything else.
    public var mapping: [Entry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }

    /// The items of a sequence; nil for anything else.
    public var sequence: [YAMLNode]? {
        guard case .sequence(let items) = content else { return nil }
        return items
    }

    public var scalar: YAMLScalar? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar
    }

    /// What a mapping says for a key; nil if it says nothing, or if this is no mapping.
    public subscript(key: String) -> YAMLNode? { entry(key)?.value }

    public func entry(_ key: String) -> Entry? { mapping?.first { $0.key == key } }

    /// Whether this is a plain null (`~`, `null`, or nothing at all).
    public var isNull: Bool { scalar?.value == .null }

    /// The kind of value in words, for messages: "a mapping", "a list", "text", "a number", …
    public var kind: String {
        switch content {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar(let scalar): scalar.value.kind
        }
    }
}
