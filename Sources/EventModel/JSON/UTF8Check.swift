// Hot path. Unsafe: reads from `p` up to, not including, `end`.

/// Well-formed UTF-8 byte sequences (RFC 3629 section 4; Unicode, table 3-7).
enum UTF8Check {
    /// How many bytes the character at `p` (before `end`) takes; 0 if none is there: overlong forms, surrogates, values above
    /// U+10FFFF, stray and missing continuation bytes.
    static func sequenceLength(_ p: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int {
        let lead = p[0]
        if lead < 0x80 { return 1 }
        // 0x80...0xc1: a continuation byte, or the lead of an overlong form.
        if lead < 0xc2 || lead > 0xf4 { return 0 }
        let length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
        guard end - p >= length else { return 0 }
        let second = p[1]
        guard isContinuation(second) else { return 0 }
        switch lead {
        case 0xe0: guard second >= 0xa0 else { return 0 }
        case 0xed: guard second < 0xa0 else { return 0 }
        case 0xf0: guard second >= 0x90 else { return 0 }
        case 0xf4: guard second < 0x90 else { return 0 }
        default: break
        }
        if length > 2 { guard isContinuation(p[2]) else { return 0 } }
        if length > 3 { guard isContinuation(p[3]) else { return 0 } }
        return length
    }

    @inline(__always)
    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xc0 == 0x80 }
}
