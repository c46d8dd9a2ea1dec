/// The set of bytes that the values of a column are made of.
enum TextFilter {
    /// Values with escapes say something else than their bytes.
    static let backslash: UInt64 = 1 << 62

    /// A byte's bit in the set: ASCII letters folded, so that both cases have one; bytes outside ASCII all share one.
    @inline(__always)
    static func bit(of byte: UInt8) -> UInt64 {
        if byte >= 0x80 { return 1 }
        if byte == UInt8(ascii: "\\") { return backslash }
        let folded = byte &- 0x41 < 26 ? byte | 0x20 : byte
        // Control characters share the bits of rare signs: 0x20 to 0x40 have 33 of their own, letters 26.
        return 1 &<< UInt64(folded < 0x20 ? 1 : folded < 0x41 ? folded &- 0x1f : folded < 0x61 ? 34 : folded < 0x7b ? folded &- 0x61 &+ 35 : 61)
    }

    static func bits(of bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 | bit(of: $1) } }
}
