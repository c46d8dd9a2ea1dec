import EventModel

// Hot path. Unsafe: writes at most 20 bytes at `derived.base + derived.count`, which `reserve` has made room for.

/// Integers as text.
enum DecimalText {
    /// Appends the number, and returns where it stands.
    static func append(_ value: Int64, to derived: Arena) -> (offset: Int, length: Int) {
        derived.reserve(20)
        let offset = derived.count
        let out = (derived.base + offset).assumingMemoryBound(to: UInt8.self)
        var magnitude = value.magnitude
        var digits = 1
        var rest = magnitude / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        let sign = value < 0 ? 1 : 0
        if sign == 1 { out[0] = UInt8(ascii: "-") }
        for place in stride(from: digits - 1 + sign, through: sign, by: -1) {
            out[place] = 0x30 + UInt8(truncatingIfNeeded: magnitude % 10)
            magnitude /= 10
        }
        derived.setCount(offset + digits + sign)
        return (offset, digits + sign)
    }
}
