/// Why bytes are not the JSON that RFC 8259 defines, and where.
public struct JSONError: Error, Equatable, Sendable {
    public enum Code: String, Sendable, CaseIterable {
        case unexpectedEnd = "the document ends too early"
        case unexpectedByte = "a byte that cannot stand here"
        case badNumber = "not a number"
        case badEscape = "a bad escape in a string"
        case controlCharacter = "a control character in a string"
        case badUTF8 = "not UTF-8"
        case trailingBytes = "bytes after the document"
        case tooDeep = "nested too deeply"
        case tooManyFields = "too many values"
        case tooLong = "the document is too long"
    }

    public var code: Code
    /// Byte offset from the document's first byte.
    public var offset: Int

    public init(_ code: Code, at offset: Int) {
        self.code = code
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    public var description: String { "invalid JSON at byte \(offset): \(code.rawValue)" }
}

/// Bounds on one document, so that a hostile record costs bounded time and memory.
public struct JSONLimits: Sendable, Equatable {
    public var maximumBytes: Int
    public var maximumDepth: Int
    public var maximumFields: Int

    public init(maximumBytes: Int = 4 << 20, maximumDepth: Int = 64, maximumFields: Int = 20_000) {
        self.maximumBytes = min(maximumBytes, Field.maximumLength)
        self.maximumDepth = maximumDepth
        self.maximumFields = maximumFields
    }
}
