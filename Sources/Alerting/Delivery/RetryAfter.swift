import EventModel

/// The value of a `Retry-After` header (RFC 9110, section 10.2.3): seconds, or an HTTP-date.
enum RetryAfter {
    /// How long to wait from `now` on, in microseconds; nil if the text is neither. Never negative.
    static func parse(_ text: String, now: Timestamp) -> Int64? {
        let text = text.utf8.drop { $0 == 0x20 }
        if !text.isEmpty, text.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            // More digits than a century has seconds mean for ever.
            guard text.count <= 10, let seconds = Int64(String(Substring(text))) else { return Int64.max / 4 }
            return seconds * 1_000_000
        }
        return HTTPDate.parse(String(Substring(text))).map { max(0, $0 - now) }
    }
}
