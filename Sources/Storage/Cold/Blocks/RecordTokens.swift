import EventModel

// Hot path. Unsafe: fields come from a scan of the body, so their texts lie within it; spans are counted from the record's first
// byte and lie within the record, in order.

/// The values of a record and the text between them: what a template is made of.
struct RecordTokens: ~Copyable {
    /// A value's place in its record and whose it is.
    struct Token: BitwiseCopyable {
        var offset: UInt32
        var length: UInt32
        var role: ColumnKey.Role
        /// For text: which; for scalars it is counted when a template is made.
        var occurrence: UInt32
        var rawPath: UInt32

        var path: FieldID { FieldID(rawValue: rawPath) }
    }

    /// Words of the head (a syslog header) that are values of their own; the last has the rest.
    static let maximumWords = 16
    /// A record with more values is one value.
    static let maximumTokens = 4_096

    private(set) var tokens = PlainBuffer<Token>(capacity: 256)
    /// Where the words of the head end and the body's values begin.
    private(set) var bodyStart = 0

    /// Finds the values of a record whose body scans as `fields`; without fields the body is one value.
    mutating func find(_ row: EventRow, raw: UnsafeRawPointer, fields: UnsafeBufferPointer<Field>) {
        let record = raw + Int(row.rawOffset)
        let start = Int(row.bodyOffset) - Int(row.rawOffset)
        let end = start + Int(row.bodyLength)
        let length = Int(row.rawLength)
        tokens.removeAll()
        appendHead(record, start)
        bodyStart = tokens.count
        if fields.isEmpty || !appendScalars(fields, row, record, start, end) {
            while tokens.count > bodyStart { tokens.removeLast() }
            if end > start { append(start, end - start, .text, UInt32(ColumnKey.body)) }
        }
        if length > end { append(end, length - end, .text, UInt32(ColumnKey.tail)) }
    }

    @inline(__always)
    private mutating func append(_ offset: Int, _ length: Int, _ role: ColumnKey.Role, _ occurrence: UInt32) {
        tokens.append(
            Token(
                offset: UInt32(truncatingIfNeeded: offset), length: UInt32(truncatingIfNeeded: length), role: role,
                occurrence: occurrence, rawPath: FieldID.overflow.rawValue))
    }

    private mutating func appendHead(_ record: UnsafeRawPointer, _ end: Int) {
        let bytes = record.assumingMemoryBound(to: UInt8.self)
        var start = 0
        var word: UInt32 = 0
        while start < end {
            var place = start
            if Int(word) == Self.maximumWords - 1 {
                place = end
            } else {
                while place < end, bytes[place] != 0x20 { place += 1 }
            }
            if place > start {
                append(start, place - start, .text, word)
                word += 1
            }
            start = place + 1
        }
    }

    private mutating func appendScalars(
        _ fields: UnsafeBufferPointer<Field>, _ row: EventRow, _ record: UnsafeRawPointer, _ start: Int, _ bodyEnd: Int
    ) -> Bool {
        let bytes = record.assumingMemoryBound(to: UInt8.self)
        var end = start
        var isFirst = true
        for field in fields {
            let kind = field.kind
            if kind.rawValue > FieldKind.null.rawValue { continue }
            if tokens.count >= Self.maximumTokens { return false }
            var offset = Int(field.offset) - Int(row.rawOffset)
            var length = field.length
            if field.isDerived {
                guard kind == .string,
                    let escaped = RecordTemplates.stringValue(
                        record, from: UInt32(truncatingIfNeeded: end), to: UInt32(truncatingIfNeeded: bodyEnd), false)
                else { return false }
                (offset, length) = (Int(escaped.offset), Int(escaped.length))
            }
            if kind == .string {
                offset -= 1
                length += 2
                guard offset >= end, offset + length <= bodyEnd, bytes[offset] == UInt8(ascii: "\""),
                    bytes[offset + length - 1] == UInt8(ascii: "\"")
                else { return false }
            }
            guard offset >= end, length > 0, offset + length <= bodyEnd, isFirst || offset > end else { return false }
            tokens.append(
                Token(
                    offset: UInt32(truncatingIfNeeded: offset), length: UInt32(truncatingIfNeeded: length), role: .scalar,
                    occurrence: 0, rawPath: field.id.rawValue))
            isFirst = false
            end = offset + length
        }
        return true
    }

    /// The first value that ends behind `offset`; the number of values if none does.
    @inline(__always)
    private func firstEnding(after offset: Int) -> Int {
        var low = 0
        var high = tokens.count
        while low < high {
            let middle = (low + high) / 2
            if Int(tokens[middle].offset) + Int(tokens[middle].length) > offset { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The value that has exactly these bytes (a string's without its quotes), as an index into `tokens`; nil if none has.
    func index(offset: Int, length: Int, record: UnsafeRawPointer) -> Int? {
        let place = firstEnding(after: offset)
        // An empty string lies between its quotes, where the token's last byte is the next one.
        guard place < tokens.count else { return nil }
        let inner = Self.inner(tokens[place], record)
        return inner.offset == offset && inner.length == length ? place : nil
    }

    /// The value in front of which these bytes stand in the text, and how far; nil if none follows them.
    func next(after offset: Int, length: Int) -> (index: Int, distance: Int)? {
        var low = 0
        var high = tokens.count
        while low < high {
            let middle = (low + high) / 2
            if Int(tokens[middle].offset) >= offset + length { high = middle } else { low = middle + 1 }
        }
        guard low < tokens.count else { return nil }
        let before = low == 0 ? 0 : Int(tokens[low - 1].offset) + Int(tokens[low - 1].length)
        return offset >= before ? (low, Int(tokens[low].offset) - offset) : nil
    }

    /// The value of which these bytes are a part, and where in it they begin; nil if there is none.
    func enclosing(_ offset: Int, length: Int) -> (index: Int, offset: Int)? {
        let place = firstEnding(after: offset)
        guard place < tokens.count else { return nil }
        let start = Int(tokens[place].offset)
        return offset >= start && offset + length <= start + Int(tokens[place].length) ? (place, offset - start) : nil
    }

    @inline(__always)
    private static func inner(_ token: Token, _ record: UnsafeRawPointer) -> (offset: Int, length: Int) {
        let isString =
            token.role == .scalar && token.length >= 2
            && record.load(fromByteOffset: Int(token.offset), as: UInt8.self) == UInt8(ascii: "\"")
        return isString ? (Int(token.offset) + 1, Int(token.length) - 2) : (Int(token.offset), Int(token.length))
    }
}
