import EventModel

// Hot path.

/// The one form in which indicators and what events say are compared. Each function writes it over what `out` holds, and answers
/// whether the text is of its kind.
enum NormalForm {
    static let maximumDomain = 253
    static let maximumEmail = 320
    static let maximumURL = 2_048

    /// A host name in lower case, without the dot of the root.
    static func domain(_ text: UnsafeRawBufferPointer, _ out: Arena) -> Bool {
        var length = text.count
        if length > 1, text[length - 1] == UInt8(ascii: ".") { length -= 1 }
        guard length > 0, length <= maximumDomain else { return false }
        out.setCount(0)
        out.reserve(length)
        for index in 0..<length {
            let byte = text[index]
            guard isHostByte(byte) else { return false }
            out.append(byte: ASCII.lower(byte))
        }
        return out.base.load(as: UInt8.self) != UInt8(ascii: ".")
    }

    /// Letters, digits, `-`, `_` (in names of services) and `.`; other scripts too.
    @inline(__always)
    private static func isHostByte(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    /// An address in lower case.
    static func email(_ text: UnsafeRawBufferPointer, _ out: Arena) -> Bool {
        guard text.count >= 3, text.count <= maximumEmail, let at = text.lastIndex(of: UInt8(ascii: "@")), at > 0,
            at < text.count - 1
        else { return false }
        for index in 0..<text.count where text[index] <= 0x20 || text[index] == 0x7f { return false }
        for index in (at + 1)..<text.count where !isHostByte(text[index]) { return false }
        lower(text, out)
        return true
    }

    /// The digits of an MD5, SHA-1, SHA-256 or SHA-512 in lower case.
    static func hash(_ text: UnsafeRawBufferPointer, _ out: Arena) -> Bool {
        guard isHashLength(text.count) else { return false }
        for index in 0..<text.count where !ASCII.isHexDigit(text[index]) { return false }
        lower(text, out)
        return true
    }

    @inline(__always)
    static func isHashLength(_ count: Int) -> Bool { count == 64 || count == 40 || count == 32 || count == 128 }

    @inline(__always)
    private static func lower(_ text: UnsafeRawBufferPointer, _ out: Arena) {
        out.setCount(0)
        out.reserve(text.count)
        ASCII.lower(text, to: out.base)
        out.setCount(text.count)
    }

    /// A URL without what changes nothing about where it leads: `http://` and `https://` (other schemes stay), user, case of the
    /// host, the scheme's own port, fragment; without a path it has `/`.
    ///
    /// - Returns: the place of the host within the form; nil if the text is no URL.
    static func url(_ text: UnsafeRawBufferPointer, _ out: Arena) -> Range<Int>? {
        guard text.count >= 3, text.count <= maximumURL else { return nil }
        out.setCount(0)
        out.reserve(text.count + 1)
        var start = 0
        var ownPort: StaticString = ""
        if let colon = scheme(text) {
            if isText(text, 0..<colon, "https") {
                ownPort = ":443"
            } else if isText(text, 0..<colon, "http") {
                ownPort = ":80"
            } else {
                for index in 0..<colon + 3 { out.append(byte: ASCII.lower(text[index])) }
            }
            start = colon + 3
        }
        var end = start
        while end < text.count, !endsAuthority(text[end]) {
            if text[end] == UInt8(ascii: "@") { start = end + 1 }
            end += 1
        }
        var hostEnd = end
        var port = end
        if start < end, text[start] == UInt8(ascii: "[") {
            guard let bracket = text[start..<end].firstIndex(of: UInt8(ascii: "]")) else { return nil }
            hostEnd = bracket + 1
            port = hostEnd
        } else if let colon = text[start..<end].lastIndex(of: UInt8(ascii: ":")) {
            hostEnd = colon
            port = colon
        }
        guard start < hostEnd else { return nil }
        let host = out.count
        for index in start..<hostEnd {
            guard text[index] > 0x20 else { return nil }
            out.append(byte: ASCII.lower(text[index]))
        }
        let hostRange = host..<out.count
        if !isText(text, port..<end, ownPort), end - port > 1 {
            for index in port..<end { out.append(byte: text[index]) }
        }
        if end == text.count || text[end] != UInt8(ascii: "/") { out.append(byte: UInt8(ascii: "/")) }
        for index in end..<text.count {
            if text[index] == UInt8(ascii: "#") { break }
            guard text[index] > 0x20 else { return nil }
            out.append(byte: text[index])
        }
        return hostRange
    }

    /// Where the colon of `://` stands after a scheme (RFC 3986 section 3.1).
    @inline(__always)
    static func scheme(_ text: UnsafeRawBufferPointer) -> Int? {
        var index = 0
        while index < text.count, index < 32 {
            let byte = text[index]
            if byte == UInt8(ascii: ":") {
                let isURL = index > 0 && index + 2 < text.count && text[index + 1] == UInt8(ascii: "/")
                    && text[index + 2] == UInt8(ascii: "/")
                return isURL ? index : nil
            }
            guard (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".")
            else { return nil }
            index += 1
        }
        return nil
    }

    @inline(__always)
    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    @inline(__always)
    private static func isText(_ text: UnsafeRawBufferPointer, _ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<range.count where ASCII.lower(text[range.lowerBound + index]) != word.utf8Start[index] { return false }
        return true
    }
}
