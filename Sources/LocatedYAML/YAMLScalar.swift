/// A scalar as written, and what YAML 1.1 says it means.
public struct YAMLScalar: Sendable, Equatable {
    /// How the author wrote it (YAML 1.1, chapter 9).
    public enum Style: Sendable, Equatable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    /// The text after YAML's own unquoting, unescaping and folding.
    public var text: String
    public var style: Style
    public var value: Value

    /// A scalar whose meaning follows from its text and style.
    public init(_ text: String, style: Style = .plain) {
        self.text = text
        self.style = style
        value = style == .plain ? Value(plain: text) : .text
    }

    /// A scalar with an explicit tag such as `!!str`.
    public init(_ text: String, style: Style, value: Value) {
        self.text = text
        self.style = style
        self.value = value
    }

    /// A number in its shortest decimal form (`0x10` is `16`), `true` or `false`, the empty string for null; else the text.
    public var canonicalText: String {
        switch value {
        case .null: ""
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .float(let value): Self.canonical(value, written: text)
        case .text: text
        }
    }

    private static func canonical(_ value: Double, written: String) -> String {
        // Whole numbers beyond Int64 keep the digits that were written: Double would round them.
        let digits = written.filter { $0 != "_" }
        if digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) { return digits }
        guard value.rounded(.towardZero) == value, abs(value) < 1e15 else { return String(value) }
        return String(Int64(value))
    }
}

extension YAMLScalar {
    /// The meaning of a scalar. Dates stay text: nothing here needs them resolved.
    public enum Value: Sendable, Equatable {
        case null
        case bool(Bool)
        case integer(Int64)
        /// Also whole numbers that do not fit 64 bits.
        case float(Double)
        case text

        var kind: String {
            switch self {
            case .null: "nothing"
            case .bool: "a boolean"
            case .integer, .float: "a number"
            case .text: "text"
            }
        }
    }
}
