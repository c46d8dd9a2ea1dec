package import EventModel

/// Text with placeholders in braces: `/orgs/{org}/audit-log`, `created:>={from|rfc3339}`. `{{` and `}}` are braces themselves.
package struct Template: Sendable, Equatable {
    package struct Placeholder: Sendable, Hashable {
        /// A setting, a credential, or a word of the engine; with dots, a member of a credential that is a JSON document.
        package var name: String
        package var filter: Filter?
    }

    /// What is done with a value before it is put in.
    package enum Filter: Sendable, Hashable {
        case time(TimeFormat)
        case upper
        case lower
        /// Characters that mean something in a text between single quotes are doubled: OData, SOQL and SQL.
        case quoted

        init?(_ name: String) {
            switch name {
            case "upper": self = .upper
            case "lower": self = .lower
            case "quoted": self = .quoted
            default:
                guard let format = TimeFormat(rawValue: name) else { return nil }
                self = .time(format)
            }
        }

        static let names = TimeFormat.allCases.map(\.rawValue) + ["upper", "lower", "quoted"]
    }

    private enum Part: Sendable, Equatable {
        case text(String)
        case value(Placeholder)
    }

    private var parts: [Part] = []

    package var placeholders: [Placeholder] {
        parts.compactMap { part in
            if case .value(let placeholder) = part { placeholder } else { nil }
        }
    }

    package init(_ text: String) throws(TemplateError) {
        var literal = ""
        var rest = Substring(text)
        while let character = rest.popFirst() {
            if character == "{" && rest.first == "{" || character == "}" && rest.first == "}" {
                literal.append(character)
                rest.removeFirst()
            } else if character == "{" {
                guard let close = rest.firstIndex(of: "}") else { throw TemplateError("a \"{\" is not closed in \"\(text)\"") }
                if !literal.isEmpty { parts.append(.text(literal)) }
                literal = ""
                parts.append(.value(try Self.placeholder(rest[..<close])))
                rest = rest[rest.index(after: close)...]
            } else if character == "}" {
                throw TemplateError("a \"}\" without its \"{\" in \"\(text)\"; write }} for a brace")
            } else {
                literal.append(character)
            }
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
    }

    private static func placeholder(_ text: Substring) throws(TemplateError) -> Placeholder {
        let halves = text.split(separator: "|", omittingEmptySubsequences: false)
        let isName = !halves[0].isEmpty && halves[0].utf8.allSatisfy { byte in
            (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte) || (0x30...0x39).contains(byte)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
        }
        guard isName, halves.count <= 2 else {
            throw TemplateError("\"{\(text)}\" is no placeholder: {name} or {name|filter}")
        }
        guard halves.count == 2 else { return Placeholder(name: String(halves[0])) }
        guard let filter = Filter(String(halves[1])) else {
            let known = Filter.names.joined(separator: ", ")
            throw TemplateError("unknown filter \"\(halves[1])\" in \"{\(text)}\"; known are \(known)")
        }
        return Placeholder(name: String(halves[0]), filter: filter)
    }

    /// The text with its values put in.
    /// - Parameter encode: applied to each value, not to the text around it.
    package func render(
        _ values: TemplateValues, encode: (String) -> String = { $0 }
    ) throws(TemplateError) -> String {
        var text = ""
        for part in parts {
            switch part {
            case .text(let literal): text += literal
            case .value(let placeholder):
                guard let value = values.text(of: placeholder) else {
                    throw TemplateError("no value for \"{\(placeholder.name)}\"")
                }
                text += encode(value)
            }
        }
        return text
    }
}

/// What placeholders stand for at one moment.
package struct TemplateValues: Sendable {
    package var texts: [String: String]
    package var times: [String: Timestamp]

    package init(texts: [String: String] = [:], times: [String: Timestamp] = [:]) {
        self.texts = texts
        self.times = times
    }

    package func text(of placeholder: Template.Placeholder) -> String? {
        switch placeholder.filter {
        case .time(let format): return times[placeholder.name].map { format.text($0) }
        case .upper: return texts[placeholder.name]?.uppercased()
        case .lower: return texts[placeholder.name]?.lowercased()
        case .quoted: return texts[placeholder.name]?.replacing("'", with: "''")
        case nil: return texts[placeholder.name] ?? times[placeholder.name].map { TimeFormat.rfc3339.text($0) }
        }
    }
}

/// What is wrong with a template, or lacks when it is rendered.
package struct TemplateError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
