import EventModel

// Hot path.

/// One kind of line of a log: literal text with captures, `Accepted {auth.method} for {user} from {ip} port {port}*`.
///
/// Matched from the line's first byte to its last, in one pass without going back: a capture's end is decided once, by its kind
/// and the literal after it, so that the time is proportional to the length of line and pattern.
struct LinePattern: Sendable {
    /// Where a capture ends.
    enum Kind: String, Sendable, CaseIterable {
        /// Before the next literal's first occurrence; the line's end if none follows.
        case text
        /// Before the next literal's last occurrence: for values that may hold that literal themselves, such as names that a
        /// client chooses.
        case long
        /// Before the next white space, or the next literal's first byte.
        case word
        /// After the last decimal digit.
        case number
        /// As `word`, and it must be an IP address, with or without brackets.
        case ip
        /// Between double quotes, which belong to it; `\` takes the meaning of the byte after it.
        case quoted
        /// The line's end.
        case rest
    }

    enum Element: Sendable {
        case literal([UInt8])
        /// `field`: overflow for what is passed over.
        case capture(FieldID, Kind, isOptional: Bool)
        /// The rest of the line, whatever it is.
        case tail
    }

    /// A value that each line of the pattern has, though it does not stand there.
    struct Constant: Sendable {
        var field: FieldID
        var text: [UInt8]
    }

    struct Capture {
        var field: FieldID
        var range: Range<Int>
        var hasEscapes = false
    }

    var elements: [Element]
    var constants: [Constant]
    /// The programs whose lines it is for; empty: all of the mapping's.
    var apps: [[UInt8]]

    static let maximumCaptures = 64
    private static let quote = UInt8(ascii: "\"")

    /// The byte that the line must begin with; nil if the pattern begins with a capture.
    var firstByte: UInt8? {
        guard case .literal(let text) = elements.first else { return nil }
        return text.first
    }

    /// Fills `captures` if the whole line is one of this pattern's.
    func match(_ line: UnsafeRawBufferPointer, into captures: inout [Capture]) -> Bool {
        captures.removeAll(keepingCapacity: true)
        var position = 0
        for index in elements.indices {
            switch elements[index] {
            case .literal(let text):
                guard let end = Self.end(of: text, in: line, at: position) else { return false }
                position = end
            case .tail:
                return true
            case .capture(let field, let kind, let isOptional):
                var next: [UInt8]?
                if index + 1 < elements.count, case .literal(let text) = elements[index + 1] { next = text }
                guard let end = Self.end(of: kind, before: next, in: line, from: position), isOptional || end > position else {
                    return false
                }
                if kind == .ip, end > position,
                    IPText.address(in: UnsafeRawBufferPointer(rebasing: line[position..<end])) == nil
                {
                    return false
                }
                var capture = Capture(field: field, range: position..<end)
                if kind == .quoted, end > position {
                    capture.range = (position + 1)..<(end - 1)
                    capture.hasEscapes = line[capture.range].contains(UInt8(ascii: "\\"))
                }
                // What may be missing is written as a dash by many.
                if isOptional, line[capture.range].elementsEqual([UInt8(ascii: "-")]) { capture.range = end..<end }
                if field != .overflow, !capture.range.isEmpty { captures.append(capture) }
                position = end
            }
        }
        return position == line.count
    }

    /// Where the literal ends that begins at `start`; a space in it stands for one or several. Nil if it is not there.
    private static func end(of literal: [UInt8], in line: UnsafeRawBufferPointer, at start: Int) -> Int? {
        var position = start
        for byte in literal {
            guard position < line.count, line[position] == byte else { return nil }
            position += 1
            if byte == 0x20 { while position < line.count, line[position] == 0x20 { position += 1 } }
        }
        return position
    }

    private static func end(
        of kind: Kind, before next: [UInt8]?, in line: UnsafeRawBufferPointer, from start: Int
    ) -> Int? {
        switch kind {
        case .rest: return line.count
        case .text:
            guard let next else { return line.count }
            return first(next, in: line, from: start)
        case .long:
            guard let next else { return line.count }
            return last(next, in: line, from: start)
        case .word, .ip:
            let stop = next?.first
            var end = start
            while end < line.count, line[end] > 0x20, line[end] != stop { end += 1 }
            return end
        case .number:
            var end = start
            while end < line.count, line[end].isDigit { end += 1 }
            return end
        case .quoted:
            guard start < line.count, line[start] == quote else { return start }
            var end = start + 1
            while end < line.count, line[end] != quote { end += line[end] == UInt8(ascii: "\\") ? 2 : 1 }
            return end < line.count ? end + 1 : nil
        }
    }

    private static func first(_ literal: [UInt8], in line: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let byte = literal.first else { return start }
        var position = start
        while position < line.count {
            if line[position] == byte, begins(line, position, start), end(of: literal, in: line, at: position) != nil {
                return position
            }
            position += 1
        }
        return nil
    }

    private static func last(_ literal: [UInt8], in line: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let byte = literal.first else { return line.count }
        var position = line.count - 1
        while position >= start {
            if line[position] == byte, begins(line, position, start), end(of: literal, in: line, at: position) != nil {
                return position
            }
            position -= 1
        }
        return nil
    }

    /// Of several spaces only the first is tried: the others would give the same, at the price of a square.
    private static func begins(_ line: UnsafeRawBufferPointer, _ position: Int, _ start: Int) -> Bool {
        line[position] != 0x20 || position == start || line[position - 1] != 0x20
    }
}
