// Hot path.

/// What stands for a host in a header of RFC 3164.
enum SyslogHost {
    static let limit = 255

    /// Where the name within the token lies: a name, an IPv4 or IPv6 address, the latter also in brackets or with a zone. Nil if
    /// the token is something else: a tag that happens to look like a name ends in `:` or `]`. A lone `-` is no name, but stands
    /// for one: the range is empty.
    static func range(_ bytes: SyslogBytes, _ start: Int, _ end: Int) -> ByteRange? {
        guard end > start, end - start <= limit else { return nil }
        if end == start + 1, bytes[start] == UInt8(ascii: "-") { return .empty }
        if bytes[start] == UInt8(ascii: "["), end - start > 4, bytes[end - 1] == UInt8(ascii: "]") {
            return isAddress(bytes, start + 1, end - 1) ? ByteRange(from: start + 1, to: end - 1) : nil
        }
        return isName(bytes, start, end) || isAddress(bytes, start, end) ? ByteRange(from: start, to: end) : nil
    }

    /// Letters, digits and what is used beside them. A slash divides a chassis from its blade (`slot1/bigip1`).
    static func isName(_ bytes: SyslogBytes, _ start: Int, _ end: Int) -> Bool {
        guard end > start, bytes[start].isLetter || bytes[start].isDigit || bytes[start] >= 0x80,
            bytes[end - 1] != UInt8(ascii: "/")
        else { return false }
        for index in start..<end {
            let byte = bytes[index]
            guard byte.isLetter || byte.isDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "@") || byte == UInt8(ascii: "/") || byte >= 0x80
            else { return false }
        }
        return true
    }

    /// IPv6: hexadecimal digits, two colons at least, the points of an IPv4 address, `%` and a zone.
    private static func isAddress(_ bytes: SyslogBytes, _ start: Int, _ end: Int) -> Bool {
        var colons = 0
        for index in start..<end {
            let byte = bytes[index]
            if byte == UInt8(ascii: ":") {
                colons += 1
            } else if byte == UInt8(ascii: "%") {
                return colons >= 2 && isName(bytes, index + 1, end)
            } else if !(byte.isHexDigit || byte == UInt8(ascii: ".")) {
                return false
            }
        }
        return colons >= 2
    }
}
