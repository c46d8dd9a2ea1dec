// Hot path.

/// E-mail addresses as OCSF's `email_t` takes them:
/// ``^[a-zA-Z0-9!#$%&'*+-/=?^_`{|}~.]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+$`` (`+-/` is a range: `+ , - . /`).
package enum EmailText {
    package static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        let locals = locals
        var index = 0
        while index < text.count, text[index] < 0x80,
            (text[index] < 64 ? locals.0 : locals.1) >> UInt64(text[index] & 63) & 1 != 0
        {
            index += 1
        }
        guard index > 0, index < text.count, text[index] == UInt8(ascii: "@") else { return false }
        index += 1
        let host = index
        while index < text.count, isLabel(text[index]) { index += 1 }
        guard index > host, index < text.count, text[index] == UInt8(ascii: ".") else { return false }
        index += 1
        let rest = index
        while index < text.count, isLabel(text[index]) || text[index] == UInt8(ascii: ".") { index += 1 }
        return index > rest && index == text.count
    }

    @inline(__always)
    private static func isLabel(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "-")
    }

    /// A bit for each of the first 128 bytes that may stand before the at sign.
    private static let locals: (UInt64, UInt64) = {
        var bits: (UInt64, UInt64) = (0, 0)
        let marks = "!#$%&'*+,-./=?^_`{|}~"
        for byte in Array(0x30...0x39) + Array(0x41...0x5a) + Array(0x61...0x7a) + marks.utf8.map({ Int($0) }) {
            if byte < 64 { bits.0 |= 1 << UInt64(byte) } else { bits.1 |= 1 << UInt64(byte - 64) }
        }
        return bits
    }()
}
