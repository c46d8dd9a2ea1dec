// Hot path.

/// E-mail addresses as OCSF's `email_t` takes them:
/// ``^[a-zA-Z0-9!#$%&'*+-/=?^_`{|}~.]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+$`` (`+-/` is a range: `+ , - . /`).
package enum EmailText {
    package static func isValid(_ text: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while index < text.count, isLocal(text[index]) { index += 1 }
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

    @inline(__always)
    private static func isLocal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7a, 0x41...0x5a, 0x30...0x39, 0x2b...0x2f: true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"),
            UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
