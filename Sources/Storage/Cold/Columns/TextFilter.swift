/// The set of bytes that the values of a column are made of.
enum TextFilter {
    /// Values with escapes say something else than their bytes.
    static let backslash: UInt64 = 1 << 62

    /// A byte's bit in the set: ASCII letters folded, so that both cases have one; bytes outside ASCII all share one.
    @inline(__always)
    static func bit(of byte: UInt8) -> UInt64 { table[Int(byte)] }

    private static let table: [UInt64] = (0...UInt8.max).map { byte in
        if byte >= 0x80 { return 1 }
        if byte == UInt8(ascii: "\\") { return backslash }
        switch byte | (byte &- 0x41 < 26 ? 0x20 : 0) {
        // Control characters share the blank's.
        case ..<0x21: return 1 << 1
        case let sign where sign < 0x41: return 1 << UInt64(sign - 0x1f)
        case let sign where sign < 0x61: return 1 << 34
        case let letter where letter < 0x7b: return 1 << UInt64(letter - 0x61 + 35)
        default: return 1 << 61
        }
    }

    /// The set of a run of bytes.
    static func bits(of bytes: UnsafeRawBufferPointer) -> UInt64 {
        table.withUnsafeBufferPointer { table in
            var bits: UInt64 = 0
            for byte in bytes { bits |= table[Int(byte)] }
            return bits
        }
    }

    static func bits(of bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 | bit(of: $1) } }
}
