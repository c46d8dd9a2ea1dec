/// The longest text that every match of a regular expression must contain, read off its top level: enough to keep most
/// expressions from running on most values. Where the reading is not certain, there is none.
enum RequiredLiterals {
    /// Folded bytes, or nil when no text of at least two bytes is certain.
    static func longest(in pattern: RegexPattern) -> [UInt8]? {
        // Quoting (\Q to \E) would hide every other construct from the reader.
        if pattern.source.contains("\\Q") { return nil }
        var reader = Reader(Array(pattern.source.unicodeScalars))
        guard reader.read() else { return nil }
        let literals = reader.literals.map { CaseFolding.fold($0) }
        guard let longest = literals.max(by: { $0.count < $1.count }), longest.count >= 2 else { return nil }
        return longest
    }

    private struct Reader {
        let source: [Unicode.Scalar]
        var index = 0
        var literals: [String] = []
        var run = ""

        init(_ source: [Unicode.Scalar]) { self.source = source }

        /// False when the expression has alternatives at its top level, or a construct that is not known here.
        mutating func read() -> Bool {
            while index < source.count {
                let scalar = source[index]
                switch scalar {
                case "|": return false
                case "(":
                    flush()
                    guard skipGroup() else { return false }
                case "[":
                    flush()
                    guard skipClass() else { return false }
                case ".", "^", "$":
                    flush()
                    index += 1
                case "*", "?", "{":
                    // The character before may be absent, or repeated.
                    if !run.isEmpty { run.unicodeScalars.removeLast() }
                    flush()
                    guard skipQuantifier() else { return false }
                case "+":
                    // The character before is there once at least, but what follows need not follow its first copy.
                    flush()
                    index += 1
                case "\\":
                    guard readEscape() else { return false }
                default:
                    run.unicodeScalars.append(scalar)
                    index += 1
                }
            }
            flush()
            return true
        }

        private mutating func flush() {
            if !run.isEmpty { literals.append(run) }
            run = ""
        }

        private mutating func readEscape() -> Bool {
            guard index + 1 < source.count else { return false }
            let escaped = source[index + 1]
            index += 2
            let isWord = escaped.isASCII && (escaped.properties.isAlphabetic || ("0"..."9").contains(escaped))
            if !isWord {
                run.unicodeScalars.append(escaped)
                return escaped.isASCII
            }
            flush()
            // Classes and boundaries of one letter; anything with an argument (\x41, \pL, octal) is left alone.
            return "dDwWsSbBAz".unicodeScalars.contains(escaped)
        }

        private mutating func skipQuantifier() -> Bool {
            guard source[index] == "{" else {
                index += 1
                return true
            }
            index += 1
            // Anything but digits makes it a plain brace (re2's syntax): not worth knowing.
            while index < source.count, ("0"..."9").contains(source[index]) || source[index] == "," { index += 1 }
            guard index < source.count, source[index] == "}" else { return false }
            index += 1
            return true
        }

        private mutating func skipClass() -> Bool {
            index += 1
            if index < source.count, source[index] == "^" { index += 1 }
            if index < source.count, source[index] == "]" { index += 1 }
            while index < source.count, source[index] != "]" {
                // A class within the class, such as [:alpha:], has a bracket of its own.
                if source[index] == "[", index + 1 < source.count, source[index + 1] == ":" {
                    while index < source.count, source[index] != "]" { index += 1 }
                }
                index += index < source.count && source[index] == "\\" ? 2 : 1
            }
            guard index < source.count else { return false }
            index += 1
            return true
        }

        private mutating func skipGroup() -> Bool {
            var depth = 0
            while index < source.count {
                switch source[index] {
                case "\\":
                    index += 2
                    continue
                case "[":
                    guard skipClass() else { return false }
                    continue
                case "(": depth += 1
                case ")": depth -= 1
                default: break
                }
                index += 1
                if depth == 0 { return true }
            }
            return false
        }
    }
}
