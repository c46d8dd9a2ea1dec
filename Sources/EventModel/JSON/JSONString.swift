internal import CScan

// Hot path. Unsafe: `check` reads up to `end` (and slack, ignored); `decode` reads a string that `check` has accepted, and writes
// into room that it has reserved.

/// Strings of JSON that are more than plain ASCII: their check (RFC 8259 section 7) and their decoding.
enum JSONString {
    struct Extent {
        /// Where the closing quote stands.
        var end: UnsafePointer<UInt8>
        var hasEscapes: Bool
    }

    /// Checks the string whose content stands at `text`, its opening quote before it, up to the closing quote.
    static func check(
        _ text: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, documentStart: UnsafePointer<UInt8>
    ) throws(JSONError) -> Extent {
        var p = text
        var hasEscapes = false
        while true {
            p = cscan_find_special(p, end).unsafelyUnwrapped
            guard p < end else { throw JSONError(.unexpectedEnd, at: end - documentStart) }
            let byte = p.pointee
            if byte == UInt8(ascii: "\"") { return Extent(end: p, hasEscapes: hasEscapes) }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                p = try checkEscape(p, end, documentStart)
            } else if byte < 0x20 {
                throw JSONError(.controlCharacter, at: p - documentStart)
            } else {
                // Text outside ASCII comes in runs.
                repeat {
                    let length = UTF8Check.sequenceLength(p, end)
                    guard length > 0 else { throw JSONError(.badUTF8, at: p - documentStart) }
                    p += length
                } while p < end && p.pointee >= 0x80
            }
        }
    }

    private static func checkEscape(
        _ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ start: UnsafePointer<UInt8>
    ) throws(JSONError) -> UnsafePointer<UInt8> {
        guard p + 1 < end else { throw JSONError(.unexpectedEnd, at: end - start) }
        if p[1] != UInt8(ascii: "u") {
            guard simpleEscape(p[1]) != nil else { throw JSONError(.badEscape, at: p - start) }
            return p + 2
        }
        for index in 2..<6 {
            guard p + index < end else { throw JSONError(.unexpectedEnd, at: end - start) }
            guard hexDigit(p[index]) != nil else { throw JSONError(.badEscape, at: p - start) }
        }
        return p + 6
    }

    /// Appends the text of a checked string to `arena`; returns its length, which is never above the string's own.
    static func decode(_ text: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, into arena: Arena) -> Int {
        arena.reserve(end - text)
        let out = (arena.base + arena.count).assumingMemoryBound(to: UInt8.self)
        let length = decode(text, end, to: out)
        arena.setCount(arena.count + length)
        return length
    }

    /// Writes the text of a checked string at `out`, which has room for `end - text` bytes; returns its length.
    static func decode(_ text: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, to out: UnsafeMutablePointer<UInt8>) -> Int {
        var p = text
        var o = out
        while p < end {
            if p.pointee != UInt8(ascii: "\\") {
                o.pointee = p.pointee
                o += 1
                p += 1
            } else if let byte = simpleEscape(p[1]) {
                o.pointee = byte
                o += 1
                p += 2
            } else {
                var scalar = codeUnit(p + 2)
                p += 6
                if scalar & 0xf800 == 0xd800 {
                    // A high surrogate with its low one is one character; either alone is none.
                    var low: UInt32 = 0
                    if scalar < 0xdc00 && end - p >= 6 && p[0] == UInt8(ascii: "\\") && p[1] == UInt8(ascii: "u") {
                        low = codeUnit(p + 2)
                    }
                    if low & 0xfc00 == 0xdc00 {
                        scalar = 0x10000 + (scalar & 0x3ff) << 10 + (low & 0x3ff)
                        p += 6
                    } else {
                        scalar = 0xfffd
                    }
                }
                o += encode(scalar, o)
            }
        }
        return o - out
    }

    /// Writes a scalar value in UTF-8; returns how many bytes.
    private static func encode(_ scalar: UInt32, _ out: UnsafeMutablePointer<UInt8>) -> Int {
        func byte(_ bits: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: bits) }
        if scalar < 0x80 {
            out[0] = byte(scalar)
            return 1
        }
        if scalar < 0x800 {
            out[0] = byte(0xc0 | scalar >> 6)
            out[1] = byte(0x80 | scalar & 0x3f)
            return 2
        }
        if scalar < 0x10000 {
            out[0] = byte(0xe0 | scalar >> 12)
            out[1] = byte(0x80 | scalar >> 6 & 0x3f)
            out[2] = byte(0x80 | scalar & 0x3f)
            return 3
        }
        out[0] = byte(0xf0 | scalar >> 18)
        out[1] = byte(0x80 | scalar >> 12 & 0x3f)
        out[2] = byte(0x80 | scalar >> 6 & 0x3f)
        out[3] = byte(0x80 | scalar & 0x3f)
        return 4
    }

    private static func codeUnit(_ p: UnsafePointer<UInt8>) -> UInt32 {
        var unit: UInt32 = 0
        for index in 0..<4 { unit = unit &<< 4 | hexDigit(p[index]).unsafelyUnwrapped }
        return unit
    }

    private static func simpleEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte
        case UInt8(ascii: "n"): 0x0a
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "r"): 0x0d
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0c
        default: nil
        }
    }

    private static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte &- 0x30)
        case 0x41...0x46: UInt32(byte &- 0x41 &+ 10)
        case 0x61...0x66: UInt32(byte &- 0x61 &+ 10)
        default: nil
        }
    }
}
