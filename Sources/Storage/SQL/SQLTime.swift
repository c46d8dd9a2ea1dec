import EventModel

// Unsafe: reads only the bytes of the texts that it is given.

/// How the columns of times compare: as instants, however they are written. SQLite knows it as a collation.
enum SQLTime {
    /// The collation's name.
    static let collation = "INSTANT"
    /// The first and the last instant that RFC 3339 can write: earlier and later ones are written as these.
    static let first: Int64 = -62_167_219_200_000_000
    static let last: Int64 = 253_402_300_799_999_999

    /// The instant that a text means: RFC 3339, with a blank for the T, without zone (UTC), seconds, or time of day, as SQLite's
    /// own functions write and read them. Nil for other texts.
    static func parse(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        let filling: StaticString
        switch text.count {
        case 10: filling = "T00:00:00"
        case 16: filling = ":00"
        default: return RFC3339.parseAssumingUTC(text)
        }
        return withUnsafeTemporaryAllocation(byteCount: 19, alignment: 1) { buffer in
            buffer.copyMemory(from: text)
            UnsafeMutableRawBufferPointer(rebasing: buffer[text.count...])
                .copyMemory(from: UnsafeRawBufferPointer(start: filling.utf8Start, count: filling.utf8CodeUnitCount))
            return RFC3339.parseAssumingUTC(UnsafeRawBufferPointer(buffer))
        }
    }

    static func parse(_ text: String) -> Timestamp? {
        var text = text
        return text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }

    /// As it stands in a column: every one of the same length, so that other comparisons of text find the same order.
    static func text(_ time: Timestamp) -> String { RFC3339.format(time, fractionDigits: 6) }

    /// Negative, zero or positive, as a collation says: instants by their order, before all texts that are none.
    static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int32 {
        switch (parse(left), parse(right)) {
        case (let one?, let other?): one < other ? -1 : one > other ? 1 : 0
        case (.some, nil): -1
        case (nil, .some): 1
        case (nil, nil): left.lexicographicallyPrecedes(right) ? -1 : left.elementsEqual(right) ? 0 : 1
        }
    }
}
