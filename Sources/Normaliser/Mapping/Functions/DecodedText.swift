import EventModel

// Hot path. Unsafe: writes at most `text.count` bytes at `derived.base + derived.count`, which `reserve` has made room for.

/// `decoded`: what `%40` and its like stand for (RFC 3986, section 2.1), as proxies write names in their logs.
package enum DecodedText {
    /// Appends the decoded text, unless there is nothing to decode or it would be no UTF-8: false then.
    static func append(_ text: UnsafeRawBufferPointer, to derived: Arena) -> Bool {
        derived.reserve(text.count)
        let out = UnsafeMutableRawBufferPointer(start: derived.base + derived.count, count: text.count)
        guard let length = decode(text, into: out) else { return false }
        derived.setCount(derived.count + length)
        return true
    }

    /// How many bytes were written to `out`, which has room for the text; nil if there is nothing to decode, a sign of control
    /// would come of it, or no UTF-8.
    package static func decode(_ text: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer) -> Int? {
        var length = 0
        var index = 0
        while index < text.count {
            var byte = text[index]
            if byte == UInt8(ascii: "%"), index + 2 < text.count, let high = digit(text[index + 1]),
                let low = digit(text[index + 2])
            {
                byte = high << 4 | low
                guard byte >= 0x20, byte != 0x7f else { return nil }
                index += 2
            }
            out[length] = byte
            length += 1
            index += 1
        }
        guard length < text.count, String(validating: out[..<length], as: UTF8.self) != nil else { return nil }
        return length
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46, 0x61...0x66: (byte | 0x20) - 0x57
        default: nil
        }
    }
}
