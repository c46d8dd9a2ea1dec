// Hot path.

/// The `key=value` pairs of a text, in one pass: `time="2026-11-20 08:00:00" user=ana, action=login`.
///
/// A value is a word, or stands in double or single quotes. Between pairs stand blanks, commas and semicolons. A word without a
/// sign of assignment belongs to no pair; a message that begins with words (`login failed: user=ana`) keeps its pairs.
struct KeyValueScanner {
    struct Pair {
        var key: Range<Int>
        var value: Range<Int>
        /// There are backslashes in a value that stood in quotes.
        var hasEscapes: Bool
    }

    private let bytes: UnsafeRawBufferPointer
    private let assignment: UInt8
    private let separator: UInt8?
    private var index: Int

    /// - Parameters:
    ///   - assignment: what stands between a key and its value, `=` or `:`.
    ///   - separator: the one byte between pairs, if values without quotes have blanks; nil: blanks, commas and semicolons.
    init(_ bytes: UnsafeRawBufferPointer, assignment: UInt8, separator: UInt8?) {
        self.bytes = bytes
        self.assignment = assignment
        self.separator = separator
        index = 0
    }

    /// What follows the pairs read so far, for a caller that stops.
    var rest: Range<Int> { min(index, bytes.count)..<bytes.count }

    /// The next pair; nil at the end.
    mutating func next() -> Pair? {
        while index < bytes.count {
            while index < bytes.count, isBetween(bytes[index]) { index += 1 }
            let start = index
            while index < bytes.count, Self.isKeyCharacter(bytes[index]) { index += 1 }
            guard index < bytes.count else { return nil }
            guard bytes[index] == assignment, index > start else {
                skipWord()
                continue
            }
            let key = start..<index
            index += 1
            return value(of: key)
        }
        return nil
    }

    private mutating func value(of key: Range<Int>) -> Pair {
        if let quote = index < bytes.count ? bytes[index] : nil, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
            let (end, hasEscapes) = closingQuote(quote, from: index + 1)
        {
            defer { index = end + 1 }
            return Pair(key: key, value: (index + 1)..<end, hasEscapes: hasEscapes)
        }
        let start = index
        while index < bytes.count, !endsWord(bytes[index]) { index += 1 }
        var end = index
        if separator != nil { while end > start, bytes[end - 1] == 0x20 { end -= 1 } }
        return Pair(key: key, value: start..<end, hasEscapes: false)
    }

    /// The quote that ends a value: one that is neither escaped nor doubled, with the end of the pair after it. Nil if there is
    /// none: then the quote is a character like others.
    private func closingQuote(_ quote: UInt8, from start: Int) -> (end: Int, hasEscapes: Bool)? {
        var place = start
        var hasEscapes = false
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "\\") {
                hasEscapes = true
                place += 2
            } else if bytes[place] == quote {
                guard place + 1 < bytes.count, bytes[place + 1] == quote, place > start else { return (place, hasEscapes) }
                place += 2
            } else {
                place += 1
            }
        }
        return nil
    }

    private mutating func skipWord() {
        while index < bytes.count, !isBetween(bytes[index]) { index += 1 }
    }

    private func endsWord(_ byte: UInt8) -> Bool {
        if let separator { return byte == separator }
        return isBetween(byte)
    }

    private func isBetween(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")
            || byte == separator || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
    }

    private static func isKeyCharacter(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "@") || byte >= 0x80
    }
}
