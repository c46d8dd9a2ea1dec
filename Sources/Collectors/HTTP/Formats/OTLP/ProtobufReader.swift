// Hot path. Unsafe: reads `bytes` within its count; the caller keeps them alive.

/// Reads one message of the protobuf wire format (https://protobuf.dev/programming-guides/encoding/), field by field.
struct ProtobufReader {
    enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        /// A text, bytes, a message or packed numbers: where they stand.
        case bytes(Range<Int>)
    }

    let bytes: UnsafeRawBufferPointer
    private var position: Int
    private let end: Int

    init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next field's number and value; nil at the message's end.
    mutating func next() throws(FormatError) -> (field: Int, value: Value)? {
        guard position < end else { return nil }
        let start = position
        let tag = try varint()
        // 29 bits of field number.
        guard tag >> 3 > 0, tag >> 3 < 1 << 29 else { throw FormatError("a bad field number", at: start) }
        let field = Int(tag >> 3)
        switch tag & 7 {
        case 0: return (field, .varint(try varint()))
        case 1: return (field, .fixed64(try fixed(8)))
        case 2:
            let length = try varint()
            guard length <= UInt64(end - position) else { throw FormatError("a length beyond its message", at: start) }
            defer { position += Int(length) }
            return (field, .bytes(position..<position + Int(length)))
        case 5: return (field, .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
        // Groups, which OTLP never had, and what is no wire type.
        default: throw FormatError("an unknown wire type", at: start)
        }
    }

    private mutating func varint() throws(FormatError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < end else { throw FormatError("the body ends within a number", at: position) }
            let byte = bytes[position]
            position += 1
            if shift == 63, byte > 1 { break }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw FormatError("a number of more than 64 bits", at: position)
    }

    private mutating func fixed(_ count: Int) throws(FormatError) -> UInt64 {
        guard end - position >= count else { throw FormatError("the body ends within a number", at: position) }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
        position += count
        return value
    }
}
