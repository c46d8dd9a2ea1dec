/// RFC 3986, section 2: a byte as `%` and two hexadecimal digits.
package enum PercentEncoding {
    /// Everything but unreserved characters is encoded.
    package static func encode(_ text: String) -> String {
        encode(text.utf8) { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~")].contains(byte)
        }
    }

    /// - Parameter isPlain: for the bytes that stay as they are; they are ASCII.
    static func encode(_ bytes: some Sequence<UInt8>, keeping isPlain: (UInt8) -> Bool) -> String {
        bytes.map { isPlain($0) ? String(UnicodeScalar($0)) : "%" + Hex.text([$0], isUppercase: true) }.joined()
    }

    /// Of a form's field: `+` is a space, and a `%` that is followed by no digits stands for itself.
    package static func decode(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = value(rest) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Nil where a `%` is not followed by two digits.
    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = value(rest) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    private static func value(_ digits: Substring.UTF8View) -> UInt8? {
        var digits = digits
        guard let high = digits.popFirst(), let low = digits.popFirst() else { return nil }
        return Hex.byte(high, low)
    }
}
