/// The path and query of a request (RFC 9112 section 3.2.1).
package struct RequestTarget: Sendable, Equatable {
    /// More is refused with the headers' limit; this only bounds what is taken apart.
    private static let maximumParameters = 32

    /// The parts between slashes, with percent-encoding undone; empty for `/`. A slash at the end changes nothing.
    package let segments: [String]
    private let parameters: [String: String]

    /// Nil if the text is no path: it must begin with `/`, and its percent-encoding must be right.
    package init?(_ text: String) {
        guard text.utf8.first == UInt8(ascii: "/") else { return nil }
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var segments: [String] = []
        for part in parts[0].split(separator: "/") {
            guard let segment = Self.decoded(part) else { return nil }
            segments.append(segment)
        }
        self.segments = segments
        var parameters: [String: String] = [:]
        for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&").prefix(Self.maximumParameters) {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0]), let value = Self.decoded(sides.count > 1 ? sides[1] : "") else { return nil }
            parameters[name] = value
        }
        self.parameters = parameters
    }

    package func parameter(_ name: String) -> String? { parameters[name] }

    /// Nil where a `%` is not followed by two hexadecimal digits.
    private static func decoded(_ text: Substring) -> String? {
        PercentEncoding.bytes(text).map { String(decoding: $0, as: UTF8.self) }
    }
}
