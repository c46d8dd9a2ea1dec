/// Texts in double quotes with the escapes of Go's interpreted string literals, which Alertmanager's matchers use.
enum MatcherQuoting {
    /// The text in quotes. Control characters are escaped, so that it stays on one line of a terminal.
    static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator: quoted += escape(scalar)
                default: quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let hex = String(scalar.value, radix: 16)
        let width = hex.utf8.count <= 4 ? 4 : 8
        return (width == 4 ? "\\u" : "\\U") + String(repeating: "0", count: width - hex.utf8.count) + hex
    }

    /// The text of the quotes that begin at `place`, which then is after them.
    static func read(_ scalars: [Unicode.Scalar], from place: inout Int) throws(MatcherError) -> String {
        let start = place
        var bytes: [UInt8] = []
        place += 1
        while place < scalars.count, scalars[place] != "\"" {
            let scalar = scalars[place]
            if scalar == "\n" { throw MatcherError("a line break within quotes is written \\n", at: place + 1) }
            place += 1
            if scalar == "\\" {
                try unescape(scalars, &place, into: &bytes)
            } else {
                bytes.append(contentsOf: String(scalar).utf8)
            }
        }
        guard place < scalars.count else { throw MatcherError("the quotes that begin here do not end", at: start + 1) }
        place += 1
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw MatcherError("the escapes of this text make no valid UTF-8", at: start + 1)
        }
        return text
    }

    /// What follows a backslash.
    private static func unescape(
        _ scalars: [Unicode.Scalar], _ place: inout Int, into bytes: inout [UInt8]
    ) throws(MatcherError) {
        let column = place
        guard place < scalars.count else { return }
        let scalar = scalars[place]
        place += 1
        switch scalar {
        case "\"", "\\": bytes.append(UInt8(ascii: scalar))
        case "a": bytes.append(0x07)
        case "b": bytes.append(0x08)
        case "f": bytes.append(0x0c)
        case "n": bytes.append(0x0a)
        case "r": bytes.append(0x0d)
        case "t": bytes.append(0x09)
        case "v": bytes.append(0x0b)
        case "x": bytes.append(UInt8(truncatingIfNeeded: try number(scalars, &place, digits: 2, radix: 16, column)))
        case "0"..."7":
            place -= 1
            let value = try number(scalars, &place, digits: 3, radix: 8, column)
            guard value <= 0xff else { throw MatcherError("an octal escape is at most \\377", at: column) }
            bytes.append(UInt8(value))
        case "u", "U":
            let value = try number(scalars, &place, digits: scalar == "u" ? 4 : 8, radix: 16, column)
            guard let character = Unicode.Scalar(value) else { throw MatcherError("no character has that number", at: column) }
            bytes.append(contentsOf: String(character).utf8)
        default:
            throw MatcherError("no escape begins so; a backslash itself is written \\\\", at: column)
        }
    }

    private static func number(
        _ scalars: [Unicode.Scalar], _ place: inout Int, digits: Int, radix: Int, _ column: Int
    ) throws(MatcherError) -> UInt32 {
        let text = String(String.UnicodeScalarView(scalars[place..<min(place + digits, scalars.count)]))
        // `UInt32(_:radix:)` would take a sign.
        guard text.utf8.count == digits, text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let value = UInt32(text, radix: radix)
        else { throw MatcherError("an escape must have \(digits) digits here", at: column) }
        place += digits
        return value
    }
}
