// Hot path. Unsafe: the bytes given are borrowed for the call.

/// A place within a JSON value, as far as its end must be found.
package struct JSONPlace: Equatable, Sendable, Codable {
    /// Objects and arrays that are open.
    package var depth: Int
    package var isInString: Bool
    /// After a backslash.
    package var isEscaped: Bool
    /// After a newline.
    package var isAtLineStart: Bool

    package init(depth: Int, isInString: Bool = false, isEscaped: Bool = false, isAtLineStart: Bool = false) {
        self.depth = depth
        self.isInString = isInString
        self.isEscaped = isEscaped
        self.isAtLineStart = isAtLineStart
    }

    /// Goes on to the end of the value, and returns the position after it; nil if the bytes end before it.
    ///
    /// A value that is too long may be a broken one that has no end, so it also ends where a line ends within a string (RFC 8259,
    /// section 7, does not allow that), and before a line that begins with `{`.
    package mutating func skip(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var position = start
        while position < bytes.count {
            let byte = bytes[position]
            if isInString {
                if byte == UInt8(ascii: "\n") || byte == 0 { return position }
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "{"), UInt8(ascii: "["):
                    if isAtLineStart, byte == UInt8(ascii: "{") { return position }
                    depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    depth -= 1
                    if depth <= 0 { return position + 1 }
                case 0: return position
                default: break
                }
            }
            isAtLineStart = byte == UInt8(ascii: "\n")
            position += 1
        }
        return nil
    }
}
