// Hot path. Unsafe: `base` is valid for `count` bytes while the frame is decoded, and every caller keeps its indices within
// `0..<count`; debug builds assert it, and the fuzz tests run in them.

/// The bytes of one frame, read by index without the cost of a bounds check.
struct SyslogBytes {
    let base: UnsafeRawPointer
    let count: Int

    @inline(__always)
    subscript(index: Int) -> UInt8 {
        assert(index >= 0 && index < count, "index within the frame")
        return base.load(fromByteOffset: index, as: UInt8.self)
    }

    /// The first place from `start` on that is not a space.
    @inline(__always)
    func skipSpaces(_ start: Int) -> Int {
        var index = start
        while index < count, self[index] == 0x20 { index += 1 }
        return index
    }

    /// The first place from `start` on that is a space, or `count`.
    @inline(__always)
    func tokenEnd(_ start: Int) -> Int {
        var index = start
        while index < count, self[index] != 0x20 { index += 1 }
        return index
    }

    /// The place after the colon at `index`, or `index` if there is none.
    @inline(__always)
    func skipColon(_ index: Int) -> Int { index < count && self[index] == UInt8(ascii: ":") ? index + 1 : index }

    /// Whether the ASCII text stands at `start`.
    @inline(__always)
    func has(_ text: StaticString, at start: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard start >= 0, start + length <= count else { return false }
        for index in 0..<length where self[start + index] != text.utf8Start[index] { return false }
        return true
    }

    /// The value of the decimal digit at `index`, or above 9 for any other byte.
    @inline(__always)
    func digit(_ index: Int) -> UInt8 { self[index] &- 0x30 }

    /// The number that two digits form, or 255.
    @inline(__always)
    func twoDigits(_ index: Int) -> UInt8 {
        let high = digit(index)
        let low = digit(index + 1)
        return high <= 9 && low <= 9 ? high * 10 + low : 255
    }
}

extension UInt8 {
    @inline(__always) var isDigit: Bool { self &- 0x30 <= 9 }
    @inline(__always) var isLetter: Bool { (self | 0x20) &- 0x61 <= 25 }
    @inline(__always) var isUppercase: Bool { self &- 0x41 <= 25 }
    @inline(__always) var isHexDigit: Bool { isDigit || (self | 0x20) &- 0x61 <= 5 }
    /// PRINTUSASCII of RFC 5424, section 6: what header fields are made of.
    @inline(__always) var isPrintable: Bool { self &- 33 < 94 }
}
