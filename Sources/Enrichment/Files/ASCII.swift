// Hot path.

/// Letters of ASCII, whose case does not count; other bytes stay as they are.
enum ASCII {
    @inline(__always)
    static func lower(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    /// Writes a text in lower case; `to` has room for it.
    @inline(__always)
    static func lower(_ text: UnsafeRawBufferPointer, to target: UnsafeMutableRawPointer) {
        for index in 0..<text.count { target.storeBytes(of: lower(text[index]), toByteOffset: index, as: UInt8.self) }
    }

    static func isHexDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 }
}
