import CRE2

// Unsafe: `regex` is owned by this object from `init` to `deinit`.

/// A compiled `RegexPattern`. RE2 guarantees time linear in the value's length and bounded memory, whatever the expression.
package final class RegexTest: @unchecked Sendable {
    // Sendable because RE2's matching functions may be called from many threads at once (re2.h), and nothing else is called
    // after `init`.
    private let regex: OpaquePointer
    /// Folded text that every ASCII value that matches contains, if one is known.
    let requiredLiteral: [UInt8]?

    /// Bound on the memory of one compiled expression and of its caches: RE2's own default.
    static let maximumMemory: Int64 = 8 << 20

    /// Nil when the expression is not valid; `RegexPattern.validate` says why.
    package convenience init?(_ pattern: RegexPattern) {
        self.init(compiling: pattern)
        if failure != nil { return nil }
    }

    fileprivate init(compiling pattern: RegexPattern) {
        let options = cre2_options(
            ignores_case: pattern.ignoresCase, multiline: pattern.isMultiline,
            dot_matches_newline: pattern.dotMatchesNewline, max_memory: Self.maximumMemory)
        var source = pattern.source
        let compiled = source.withUTF8 { bytes in
            Self.withCharacters(UnsafeRawBufferPointer(bytes)) { cre2_compile($0, bytes.count, options) }
        }
        guard let compiled else { fatalError("out of memory while compiling a regular expression") }
        regex = compiled
        requiredLiteral = RequiredLiterals.longest(in: pattern)
    }

    deinit { cre2_free(regex) }

    /// Calls `body` with an address also when there are no bytes, which is then not read.
    @inline(__always)
    private static func withCharacters<Result>(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafePointer<CChar>) -> Result
    ) -> Result {
        if let base = bytes.baseAddress { return body(base.assumingMemoryBound(to: CChar.self)) }
        return withUnsafePointer(to: CChar(0), body)
    }

    /// Whether the expression matches anywhere in the value. A value that is not UTF-8 is searched byte by byte as well.
    package func matches(_ value: UnsafeRawBufferPointer) -> Bool {
        Self.withCharacters(value) { cre2_search(regex, $0, value.count) }
    }

    /// RE2's error text and the part of the expression it is about.
    fileprivate var failure: (text: String, part: String)? {
        var part: UnsafePointer<CChar>?
        var length = 0
        guard let text = cre2_error(regex, &part, &length) else { return nil }
        let bytes = UnsafeRawBufferPointer(start: part, count: part == nil ? 0 : length)
        return (String(cString: text), String(decoding: bytes, as: UTF8.self))
    }
}

extension RegexPattern {
    /// Why the expression cannot be used, in words for the author of a rule or search; nil when it can.
    public func validate() -> String? {
        guard let failure = RegexTest(compiling: self).failure else { return nil }
        let part = failure.part
        if ["(?=", "(?!", "(?<=", "(?<!", "(?<", "(?>"].contains(where: part.hasPrefix) && !part.hasPrefix("(?P") {
            return "look-around and atomic groups (\(part)) are not available: "
                + "linear-time regular expressions (RE2 syntax) lack them"
        }
        if part.hasPrefix("\\"), let second = part.dropFirst().first, second.isASCII, second.isNumber || second == "k" {
            return "back-references (\(part)) are not available: linear-time regular expressions (RE2 syntax) lack them"
        }
        return failure.text
    }
}
