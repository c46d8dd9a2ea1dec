/// One answer of a mail server (RFC 5321, section 4.2).
package struct SMTPReply: Sendable, Equatable {
    /// 200 to 599.
    package var code: Int
    /// The text of each line, after the code.
    package var lines: [String]

    package init(code: Int, lines: [String] = []) {
        self.code = code
        self.lines = lines
    }

    package var isPositive: Bool { (200..<300).contains(code) }
    package var isTransient: Bool { (400..<500).contains(code) }
    package var isPermanent: Bool { (500..<600).contains(code) }

    private static let limit = TextLimit(bytes: 300)

    /// For people, on one line.
    ///
    /// - Parameter secrets: what is not to be in it, though the server may have written it.
    package func text(without secrets: [String] = []) -> String {
        func redacted(_ text: String) -> String { secrets.reduce(text) { $0.replacing($1, with: "<redacted>") } }
        // Afterwards again: what has no width could stand within a secret.
        return SMTPReply.limit.cut(redacted(DisplayText.line(redacted("\(code) " + lines.joined(separator: " ")))))
    }

    /// The code alone, with the enhanced one (RFC 3463) if there is one: where the text could repeat a secret.
    package var codes: String {
        guard let word = lines.first?.split(separator: " ").first else { return "\(code)" }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        let isEnhanced = parts.count == 3 && parts[0].utf8.count == 1
            && parts.allSatisfy { (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        return isEnhanced ? "\(code) \(word)" : "\(code)"
    }
}

/// What a mail server may not answer.
package enum SMTPReplyError: Error, Equatable, CustomStringConvertible {
    case notSMTP, lineTooLong, tooManyLines, codesDiffer

    package var description: String {
        switch self {
        case .notSMTP: "what the server answers is not SMTP: check its port, and whether tls must be implicit"
        case .lineTooLong: "the server's answer has a line of more than \(SMTPReplyParser.maximumLine) bytes"
        case .tooManyLines: "the server's answer has more than \(SMTPReplyParser.maximumLines) lines"
        case .codesDiffer: "the lines of the server's answer have different codes"
        }
    }
}

/// Reads a server's answers from its bytes.
package struct SMTPReplyParser: Sendable {
    /// RFC 5321 allows 512, line end included; some servers write longer ones.
    package static let maximumLine = 2_048
    /// An EHLO has some twenty.
    package static let maximumLines = 128

    private var bytes: [UInt8] = []
    /// Before it nothing ends a line.
    private var searched = 0
    private var begun: SMTPReply?

    package init() {}

    /// Whether nothing has come beyond the answers that were taken.
    package var isEmpty: Bool { bytes.isEmpty && begun == nil }

    package mutating func append(_ new: some Sequence<UInt8>) { bytes += new }

    /// The next answer that is complete; nil if there is none yet. After an error nothing is to be read any more.
    package mutating func next() throws(SMTPReplyError) -> SMTPReply? {
        while let line = try takeLine() {
            let (code, isLast, text) = try Self.parse(line)
            var reply = begun ?? SMTPReply(code: code)
            guard reply.code == code else { throw .codesDiffer }
            guard reply.lines.count < Self.maximumLines else { throw .tooManyLines }
            reply.lines.append(text)
            begun = isLast ? nil : reply
            if isLast { return reply }
        }
        return nil
    }

    private mutating func takeLine() throws(SMTPReplyError) -> ArraySlice<UInt8>? {
        guard let end = bytes[searched...].firstIndex(of: 0x0a) else {
            searched = bytes.count
            guard bytes.count <= Self.maximumLine else { throw .lineTooLong }
            return nil
        }
        guard end <= Self.maximumLine else { throw .lineTooLong }
        let line = bytes[..<end]
        bytes.removeSubrange(...end)
        searched = 0
        return line.last == 0x0d ? line.dropLast() : line
    }

    private static func parse(
        _ line: ArraySlice<UInt8>
    ) throws(SMTPReplyError) -> (code: Int, isLast: Bool, text: String) {
        let digits = line.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }), let first = digits.first,
            (0x32...0x35).contains(first)
        else { throw .notSMTP }
        let code = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        let rest = line.dropFirst(3)
        // A code alone is an answer, too (section 4.2.1).
        guard let mark = rest.first else { return (code, true, "") }
        guard mark == 0x20 || mark == 0x2d else { throw .notSMTP }
        return (code, mark == 0x20, String(decoding: rest.dropFirst(), as: UTF8.self))
    }
}
