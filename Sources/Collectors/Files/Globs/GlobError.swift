/// Why a pattern is none.
package struct GlobError: Error, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        case unclosedClass = "a \"[\" has no \"]\"; write \"\\[\" for the character"
        case unclosedBraces = "a \"{\" has no \"}\"; write \"\\{\" for the character"
        case tooManyAlternatives = "its braces stand for more than 256 patterns"
        case anyDepthInName = "\"**\" must stand alone between two slashes"
        case tooLong = "it is longer than 4096 bytes"
        case tooManyComponents = "it has more than 64 slashes"
        case noName = "it names a directory; end it with a file's name, such as *.jsonl"
    }

    package var code: Code
    package var pattern: String

    package init(_ code: Code, in pattern: String) {
        self.code = code
        self.pattern = pattern
    }

    package var description: String { "the pattern \"\(pattern)\" cannot be used: \(code.rawValue)" }
}
