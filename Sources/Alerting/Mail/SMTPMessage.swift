/// A message as it goes over the line (RFC 5321, section 4.5.2).
package struct SMTPMessage: Sendable, Equatable {
    /// Lines ended by CR LF, a line that begins with a point by two, and the line with the point that ends the message.
    package let bytes: [UInt8]
    /// Bytes of the message alone, as SIZE counts them (RFC 1870).
    package let size: Int
    package let isASCII: Bool

    /// Line ends of any kind become CR LF: what one server takes for a line's end and another does not could hide an end of the
    /// message, with commands behind it.
    package init(_ text: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 64)
        var points = 0
        var isASCII = true
        var isLineStart = true
        var last: UInt8 = 0
        for byte in text.utf8 {
            defer { last = byte }
            if byte == 0x0a, last == 0x0d { continue }
            if byte == 0x0a || byte == 0x0d {
                bytes += [0x0d, 0x0a]
                isLineStart = true
                continue
            }
            if isLineStart, byte == UInt8(ascii: ".") {
                bytes.append(byte)
                points += 1
            }
            if byte >= 0x80 { isASCII = false }
            bytes.append(byte)
            isLineStart = false
        }
        if !isLineStart { bytes += [0x0d, 0x0a] }
        size = bytes.count - points
        bytes += [UInt8(ascii: "."), 0x0d, 0x0a]
        self.bytes = bytes
        self.isASCII = isASCII
    }
}
