// Hot path.

/// `last`, `before` and `after`: parts of a text, as a slice of it.
package enum TextParts {
    /// Where the text after the last `separator` starts; separators at the very end do not count. 0 if there is none.
    @inline(__always)
    package static func last(_ text: UnsafeRawBufferPointer, separator: UInt8) -> Range<Int> {
        var end = text.count
        while end > 1, text[end - 1] == separator { end -= 1 }
        var start = end
        while start > 0, text[start - 1] != separator { start -= 1 }
        return start..<end
    }

    /// The text before the first `separator`, all of it if there is none or if it stands first.
    @inline(__always)
    package static func before(_ text: UnsafeRawBufferPointer, separator: UInt8) -> Range<Int> {
        var end = 0
        while end < text.count, text[end] != separator { end += 1 }
        return 0..<(end == 0 ? text.count : end)
    }

    /// The word after the first `marker`, up to a blank, a quote, a closing bracket, `&`, `,` or `;`; nil if there is none.
    /// No letter, digit or `_` may stand before the marker: `ip=` is not found within `skip=`.
    package static func after(_ text: UnsafeRawBufferPointer, marker: [UInt8]) -> Range<Int>? {
        guard !marker.isEmpty, text.count > marker.count else { return nil }
        for start in 0..<(text.count - marker.count) where start == 0 || !isWordByte(text[start - 1]) {
            guard UnsafeRawBufferPointer(rebasing: text[start..<(start + marker.count)]).elementsEqual(marker) else { continue }
            let first = start + marker.count
            var end = first
            while end < text.count, !" &,;\"')]".utf8.contains(text[end]) { end += 1 }
            return end > first ? first..<end : nil
        }
        return nil
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") || byte >= 0x80
    }
}
