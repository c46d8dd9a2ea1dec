import EventModel

// Hot path. Unsafe: writes `text.count` bytes at `derived.base + derived.count`, which `reserve` has made room for.

/// `lower`: ASCII letters in lower case.
enum LowerText {
    static func append(_ text: UnsafeRawBufferPointer, to derived: Arena) {
        derived.reserve(text.count)
        let out = (derived.base + derived.count).assumingMemoryBound(to: UInt8.self)
        for index in 0..<text.count {
            let byte = text[index]
            out[index] = byte &- 0x41 < 26 ? byte | 0x20 : byte
        }
        derived.setCount(derived.count + text.count)
    }
}
