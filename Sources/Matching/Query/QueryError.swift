/// Why a text is not a query, and where.
public struct QueryError: Error, Sendable, Equatable {
    public enum Code: String, Sendable, CaseIterable {
        /// The query stops where something must follow.
        case unexpectedEnd
        /// Something stands where it cannot.
        case unexpectedText
        case unterminatedString
        case badRegex
        case badNetwork
        /// A comparison or range with something that is neither a number nor, on `time`, a time.
        case badBound
        case unknownField
        /// Parentheses and negations are nested more than `QueryParser.maximumDepth` deep.
        case tooDeep
        /// The query has more than `QueryParser.maximumLength` bytes.
        case tooLong
        /// A pipe stage where only a filter can stand.
        case stage
        /// A name that is no stage, aggregate, function or lookup table.
        case unknownName
        /// A count, duration or other argument that cannot be.
        case badArgument
        /// A stage that cannot stand where it does.
        case misplaced
    }

    public var code: Code
    /// Byte offset in the query's UTF-8.
    public var offset: Int
    /// What is wrong, in one line.
    public var message: String
    /// What could have stood there.
    public var expected: [String]

    public init(_ code: Code, at offset: Int, _ message: String, expected: [String] = []) {
        self.code = code
        self.offset = offset
        self.message = message
        self.expected = expected
    }

    /// The query's line with a caret under the place, and below it what is wrong.
    public func marked(in query: String) -> String {
        let bytes = Array(query.utf8)
        let place = min(offset, bytes.count)
        let newline = UInt8(ascii: "\n")
        let start = bytes[..<place].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = bytes[place...].firstIndex(of: newline) ?? bytes.count
        let line = String(decoding: bytes[start..<end], as: UTF8.self)
        let column = String(decoding: bytes[start..<place], as: UTF8.self).count
        return "\(line)\n\(String(repeating: " ", count: column))^ \(description)"
    }
}

extension QueryError: CustomStringConvertible {
    public var description: String {
        expected.isEmpty ? message : "\(message); expected \(expected.joined(separator: " or "))"
    }
}
