// Hot path, but for text outside ASCII.

/// How group values and distinct values compare: without regard to case (sigma.md, decision 4).
enum ValueFolding {
    /// Appends `value` in lower case. ASCII byte by byte; anything else through Unicode's full lower-case mapping.
    static func append(_ value: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: value)
        // One pass without branches, which becomes vector code.
        var union: UInt8 = 0
        bytes.withUnsafeMutableBufferPointer { bytes in
            for index in start..<bytes.count {
                let byte = bytes[index]
                union |= byte
                bytes[index] = byte | (byte &- 0x41 < 26 ? 0x20 : 0)
            }
        }
        if union < 0x80 { return }
        bytes.removeSubrange(start...)
        bytes.append(contentsOf: String(decoding: value, as: UTF8.self).lowercased().utf8)
    }
}
