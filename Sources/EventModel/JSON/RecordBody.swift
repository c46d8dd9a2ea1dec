// Hot path.

/// Tells JSON from text by its first bytes.
package enum RecordBody {
    /// The first byte that is no white space.
    @inline(__always)
    package static func start(_ bytes: UnsafeRawBufferPointer) -> Int {
        var index = 0
        while index < bytes.count, isSpace(bytes[index]) { index += 1 }
        return index
    }

    /// Whether a body is meant to be JSON: an object, or a list whose first value is an object, a list or a string. Other text
    /// in brackets (`[error] disk full`, `[2026-11-20 …]`) is what many programs log.
    @inline(__always)
    package static func isJSON(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
        guard start < bytes.count else { return false }
        if bytes[start] == UInt8(ascii: "{") { return true }
        guard bytes[start] == UInt8(ascii: "[") else { return false }
        var index = start + 1
        while index < bytes.count, isSpace(bytes[index]) { index += 1 }
        guard index < bytes.count else { return true }
        switch bytes[index] {
        case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "\""), UInt8(ascii: "]"): return true
        default: return false
        }
    }

    @inline(__always)
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }
}
