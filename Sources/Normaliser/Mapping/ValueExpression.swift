import LocatedYAML

/// What a mapping file says a value is made of.
struct ValueExpression {
    enum Content: Equatable {
        /// `=text`
        case constant(String)
        case path(VendorPath)
        /// `@type`: the native event type.
        case eventType
        case call(MappingFunction, VendorPath, argument: String)
    }

    var content: Content
    var location: SourceLocation

    /// As a mapping file writes it.
    var text: String {
        switch content {
        case .constant(let text): "=" + text
        case .path(let path): path.description
        case .eventType: "@type"
        case .call(let function, let path, let argument):
            argument.isEmpty ? "\(function.rawValue)(\(path))" : "\(function.rawValue)(\(path), \"\(argument)\")"
        }
    }

    /// Reads `=text`, `@type`, `path`, or `function(path, argument)`; logs what is wrong.
    static func parse(_ node: YAMLNode, log: DiagnosticLog) -> ValueExpression? {
        guard let scalar = node.scalar, scalar.value != .null else {
            log.error(at: node.location, "expected a path, =constant or function(path), not \(node.kind)")
            return nil
        }
        let text = scalar.text
        func made(_ content: Content) -> ValueExpression { ValueExpression(content: content, location: node.location) }
        if text.hasPrefix("=") {
            guard text.utf8.count > 1 else {
                log.error(at: node.location, "a constant needs a text after \"=\"")
                return nil
            }
            return made(.constant(String(text.dropFirst())))
        }
        if text == "@type" { return made(.eventType) }
        if let open = text.firstIndex(of: "("), text.hasSuffix(")") {
            return call(String(text[..<open]), text[text.index(after: open)...].dropLast(), node, log).map(made)
        }
        guard let path = VendorPath(text) else {
            log.error(at: node.location, "\"\(text)\" is no path: write a.b.c, or list[key=value].member")
            return nil
        }
        return made(.path(path))
    }

    private static func call(
        _ name: String, _ arguments: Substring, _ node: YAMLNode, _ log: DiagnosticLog
    ) -> Content? {
        guard let function = MappingFunction(rawValue: name) else {
            let hint = Suggestion.hint(for: name, among: MappingFunction.allCases.map(\.rawValue))
            let known = hint.isEmpty ? "; known are " + MappingFunction.allCases.map(\.rawValue).joined(separator: ", ") : hint
            log.error(at: node.location, "unknown function \"\(name)\"\(known)")
            return nil
        }
        let parts = arguments.split(separator: ",", maxSplits: 1)
        guard let first = parts.first, let path = VendorPath(trimmed(first)) else {
            log.error(at: node.location, "\(name)() needs a path as its first argument")
            return nil
        }
        var argument = parts.count > 1 ? trimmed(parts[1]) : ""
        if argument.count >= 2, argument.first == "\"", argument.last == "\"" {
            argument = String(argument.dropFirst().dropLast())
        }
        if let flaw = function.flaw(of: argument) {
            log.error(at: node.location, "\(name)() \(flaw)")
            return nil
        }
        return .call(function, path, argument: argument)
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
