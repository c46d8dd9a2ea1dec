/// Texts of strangers, written so that nothing in them acts.
enum InertText {
    private static let limit = TextLimit(bytes: 512)

    /// For a terminal: one line, without control characters and without what turns the order of writing around or cannot be seen;
    /// those become U+FFFD.
    static func plain(_ text: String) -> String {
        var result = ""
        for scalar in limit.cut(text).unicodeScalars {
            if scalar.properties.isWhitespace {
                if !result.isEmpty, result.last != " " { result.append(" ") }
            } else {
                result.unicodeScalars.append(isVisible(scalar) ? scalar : "\u{fffd}")
            }
        }
        if result.last == " " { result.removeLast() }
        return result
    }

    /// For Markdown's prose: `plain`, with every punctuation mark escaped, so that it makes no emphasis, no link, no list and no
    /// HTML. CommonMark 0.31.2, "Backslash escapes" and "Entity and numeric character references"; GitHub's literal autolinks
    /// (`www.`, `https://`, `a@b.example`) are broken up by the same escapes.
    static func markdown(_ text: String) -> String {
        var result = ""
        for character in plain(text).unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "!"..."/", ":"..."@", "["..."`", "{"..."~":
                result += "\\"
                result.unicodeScalars.append(character)
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    /// For a command within code, where escapes do not work: what people paste into a shell. All but letters, digits and
    /// `@ . _ : / + -` becomes `?`, which stands for any one character in a search, and for nothing else between single
    /// quotes; so does what would begin an option or a regular expression. What is too long ends in `*`.
    static func argument(_ text: String) -> String {
        let scalars = text.unicodeScalars
        var result = ""
        for scalar in scalars.prefix(256) { result.unicodeScalars.append(isArgument(scalar) ? scalar : "?") }
        if let first = result.unicodeScalars.first, first == "-" || first == "/" { result = "?" + result.dropFirst() }
        return scalars.dropFirst(256).isEmpty ? result : result + "*"
    }

    private static func isArgument(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
        default: "@._:/+-".unicodeScalars.contains(scalar)
        }
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: !scalar.properties.isDefaultIgnorableCodePoint
        }
    }
}
