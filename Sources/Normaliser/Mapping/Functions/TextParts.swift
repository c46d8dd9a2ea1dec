// Hot path.

/// `last` and `before`: parts of a text, as a slice of it.
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
}
