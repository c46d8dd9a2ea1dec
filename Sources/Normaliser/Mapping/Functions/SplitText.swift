// Hot path.

/// `split`: the parts of a text between separators, as slices of it.
package struct SplitText {
    private let text: UnsafeRawBufferPointer
    private let separator: UInt8
    private var position = 0

    package init(_ text: UnsafeRawBufferPointer, separator: UInt8) {
        self.text = text
        self.separator = separator
    }

    /// The next part that is not empty, without blanks around it; nil after the last.
    package mutating func next() -> Range<Int>? {
        while position < text.count {
            var start = position
            var end = start
            while end < text.count, text[end] != separator { end += 1 }
            position = end + 1
            while start < end, text[start] == 0x20 { start += 1 }
            while end > start, text[end - 1] == 0x20 { end -= 1 }
            if start < end { return start..<end }
        }
        return nil
    }
}
