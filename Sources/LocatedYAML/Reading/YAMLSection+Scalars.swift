/// Typed getters for single values.
extension YAMLSection {
    /// Text. Numbers and dates are taken as written; booleans are not, because `no` was probably meant as a word.
    public func string(_ key: String) -> String? {
        guard let node = node(key) else { return nil }
        return text(of: node, for: key)
    }

    public func requiredString(_ key: String) -> String? { required(key) { string(key) } }

    /// A whole number within `range`.
    public func int(_ key: String, in range: ClosedRange<Int> = .min ... .max) -> Int? {
        guard let node = node(key) else { return nil }
        guard case .integer(let value) = node.scalar?.value else { return wrong(key, node, "a whole number") }
        guard range.contains(Int(value)) else {
            let bounds = range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            error(key, "\"\(key)\" must be \(bounds), not \(value)")
            return nil
        }
        return Int(value)
    }

    public func requiredInt(_ key: String, in range: ClosedRange<Int> = .min ... .max) -> Int? {
        required(key) { int(key, in: range) }
    }

    /// A number, whole or not.
    public func double(_ key: String) -> Double? {
        guard let node = node(key) else { return nil }
        switch node.scalar?.value {
        case .integer(let value): return Double(value)
        case .float(let value): return value
        case .null, .bool, .text, nil: return wrong(key, node, "a number")
        }
    }

    /// `true` or `false`, and YAML 1.1's other words for them.
    public func bool(_ key: String) -> Bool? {
        guard let node = node(key) else { return nil }
        guard case .bool(let value) = node.scalar?.value else { return wrong(key, node, "true or false") }
        return value
    }

    /// Microseconds, written as `30s`, `5m`, `1h`, `7d`.
    public func duration(_ key: String) -> Int64? {
        guard let node = node(key) else { return nil }
        guard let text = node.scalar?.text, let value = DurationText.microseconds(text) else {
            return wrong(key, node, "a duration such as 30s, 5m, 1h or 7d")
        }
        return value
    }

    public func requiredDuration(_ key: String) -> Int64? { required(key) { duration(key) } }

    /// Bytes, written as `65536`, `64KiB` or `16MiB`.
    public func size(_ key: String) -> Int? {
        guard let node = node(key) else { return nil }
        guard let text = node.scalar?.text, let value = SizeText.bytes(text) else {
            return wrong(key, node, "a size such as 64KiB or 16MiB")
        }
        return value
    }

    /// One of an enumeration's words.
    public func choice<Choice>(_ key: String, of type: Choice.Type = Choice.self) -> Choice?
    where Choice: CaseIterable & RawRepresentable, Choice.RawValue == String {
        guard let node = node(key) else { return nil }
        let words = Choice.allCases.map(\.rawValue)
        guard let text = node.scalar?.text, let value = Choice(rawValue: text) else {
            let hint = node.scalar.map { Suggestion.hint(for: $0.text, among: words) } ?? ""
            return wrong(key, node, "one of \(words.joined(separator: ", "))", hint: hint)
        }
        return value
    }

    public func requiredChoice<Choice>(_ key: String, of type: Choice.Type = Choice.self) -> Choice?
    where Choice: CaseIterable & RawRepresentable, Choice.RawValue == String {
        required(key) { choice(key, of: type) }
    }

    func text(of node: YAMLNode, for key: String) -> String? {
        switch node.scalar?.value {
        case .text, .integer, .float: return node.scalar?.text
        case .bool:
            let written = node.scalar?.text ?? ""
            log.error(at: node.location, "\"\(key)\" must be text; put quotes around \"\(written)\" if you mean the word")
            return nil
        case .null, nil:
            log.error(at: node.location, "\"\(key)\" must be text, not \(node.kind)")
            return nil
        }
    }

    func wrong<Value>(_ key: String, _ node: YAMLNode, _ expected: String, hint: String = "") -> Value? {
        let found = node.scalar.map { "\"\($0.text)\"" } ?? node.kind
        log.error(at: node.location, "\"\(key)\" must be \(expected), not \(found)\(hint)")
        return nil
    }

    /// What `read` answers; logs that the key is missing if that is why it answers nil.
    func required<Value>(_ key: String, _ read: () -> Value?) -> Value? {
        guard node(key) != nil else {
            missing(key)
            return nil
        }
        return read()
    }
}
