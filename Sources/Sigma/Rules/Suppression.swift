import LocatedYAML

/// For how long a finding keeps further ones like it from being raised: `suppress: 1h by user, ip`, a custom attribute beside a
/// rule's or correlation's title. What is suppressed is counted, never lost.
public struct Suppression: Sendable, Equatable {
    /// Microseconds, above zero.
    public var duration: Int64
    /// Findings with the same values of these fields are alike, in the order written. Empty: those of the same group, as the rule
    /// groups its findings anyhow.
    public var fields: [String]

    public init(duration: Int64, fields: [String] = []) {
        self.duration = duration
        self.fields = fields
    }

    /// More fields than this are a mistake, not a group.
    static let maximumFields = 16

    /// Reads `1h`, or `1h by f, g`.
    init(text: String) throws(SuppressionError) {
        let words = text.split(maxSplits: 2, whereSeparator: \.isWhitespace)
        guard let first = words.first, let duration = Timespan.microseconds(String(first)) else {
            let written = words.first ?? ""
            throw SuppressionError(
                message: "\"\(written)\" is not a timespan; write for how long to suppress, as in \"1h\" or \"1h by user, ip\"")
        }
        guard words.count > 1 else {
            self.init(duration: duration)
            return
        }
        guard words[1] == "by" else {
            throw SuppressionError(
                message: "only \"by\" can follow the timespan, not \"\(words[1])\"; write \"\(first) by user, ip\"")
        }
        let list = words.count > 2 ? words[2] : ""
        let fields = list.split(separator: ",", omittingEmptySubsequences: false).map { name in
            String(name.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        }
        guard !fields.isEmpty, !fields.contains("") else {
            throw SuppressionError(
                message: "the name of a field is missing after \"by\"; write them as in \"\(first) by user, ip\"")
        }
        guard Set(fields.map { $0.lowercased() }).count == fields.count else {
            throw SuppressionError(message: "a field stands twice after \"by\"; name each once")
        }
        guard fields.count <= Self.maximumFields else {
            throw SuppressionError(message: "more than \(Self.maximumFields) fields stand after \"by\"; suppress by fewer")
        }
        self.init(duration: duration, fields: fields)
    }
}

/// What is wrong with the text of a suppression, and what to write.
struct SuppressionError: Error, Equatable {
    var message: String
}
