// Hot path, but for text outside ASCII.

/// How group values and distinct values compare: without regard to case (sigma.md, decision 4).
enum ValueFolding {
    /// Appends `value` in lower case. ASCII byte by byte; anything else through Unicode's full lower-case mapping.
    static func append(_ value: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        let start = bytes.count
        var isASCII = true
        for byte in value {
            if byte >= 0x80 { isASCII = false }
            bytes.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
        }
        if isASCII { return }
        bytes.removeSubrange(start...)
        bytes.append(contentsOf: String(decoding: value, as: UTF8.self).lowercased().utf8)
    }
}
