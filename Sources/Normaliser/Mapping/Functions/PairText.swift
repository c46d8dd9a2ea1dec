// Hot path.

/// `pair`: a value in a text of pairs, as many programs log them: `type=LOGIN, realm="a, b", user=null`.
///
/// A value is in double quotes, or reaches to the next comma that a blank follows, so that `uri=a,b` and `name=Jo Doe` stay
/// whole.
package enum PairText {
    /// Where the value of the first pair with that key stands, without its quotes; nil if there is none, or it is empty or
    /// `null`.
    package static func value(of key: [UInt8], in text: UnsafeRawBufferPointer) -> Range<Int>? {
        guard !key.isEmpty else { return nil }
        var index = 0
        while index < text.count {
            // A pair starts here.
            let start = index
            while index < text.count, !ends(text[index]) { index += 1 }
            let isPair = index < text.count && text[index] == UInt8(ascii: "=")
            guard isPair else {
                index += 1
                continue
            }
            let name = start..<index
            let range = valueRange(in: text, from: index + 1)
            if name.count == key.count, zip(name, key).allSatisfy({ text[$0] == $1 }) {
                return range.isEmpty || isNull(text, range) ? nil : range
            }
            index = range.upperBound + 1
        }
        return nil
    }

    /// Whether a byte cannot be part of a key.
    @inline(__always)
    static func ends(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "=") || byte == UInt8(ascii: "\"")
    }

    private static func valueRange(in text: UnsafeRawBufferPointer, from start: Int) -> Range<Int> {
        var index = start
        guard index < text.count, text[index] == UInt8(ascii: "\"") else {
            while index < text.count {
                let isEnd = text[index] == UInt8(ascii: ",") && (index + 1 == text.count || text[index + 1] <= 0x20)
                if isEnd { break }
                index += 1
            }
            return start..<index
        }
        index += 1
        let inner = index
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return inner..<min(index, text.count)
    }

    private static func isNull(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        range.count == 4 && UnsafeRawBufferPointer(rebasing: text[range]).elementsEqual("null".utf8)
    }
}
