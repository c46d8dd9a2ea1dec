import EventModel
#if canImport(Glibc)
import Glibc
#endif

// Hot path. Unsafe: reads only the bytes of the value that it is given.

/// Numbers in values, be they JSON numbers or strings that look like one.
package enum NumberTest {
    /// Longer texts are not taken for numbers: a double has 17 significant digits.
    static let maximumLength = 64

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21,
        1e22,
    ]

    /// The number that the whole text is: JSON's grammar, with leading zeros and a plus sign allowed. Nil for anything else.
    /// What is too large for a double is infinite.
    package static func parse(_ text: UnsafeRawBufferPointer) -> Double? {
        let count = text.count
        guard count > 0, count <= maximumLength else { return nil }
        var index = 0
        var isNegative = false
        if text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            isNegative = text[0] == UInt8(ascii: "-")
            index = 1
        }
        var mantissa: UInt64 = 0
        var digits = 0
        var scale = 0
        let whole = index
        while index < count, text[index] &- 0x30 < 10 {
            (mantissa, digits) = append(text[index], mantissa, digits)
            index &+= 1
        }
        guard index > whole else { return nil }
        if index < count, text[index] == UInt8(ascii: ".") {
            index &+= 1
            let fraction = index
            while index < count, text[index] &- 0x30 < 10 {
                (mantissa, digits) = append(text[index], mantissa, digits)
                index &+= 1
            }
            guard index > fraction else { return nil }
            scale = fraction &- index
        }
        if index < count, text[index] | 0x20 == UInt8(ascii: "e") {
            guard let exponent = exponent(text, after: index) else { return nil }
            scale += exponent
            index = count
        }
        guard index == count else { return nil }
        // Exact: up to 15 digits and powers of ten up to 22 are doubles, and one operation rounds once (Clinger 1990).
        if digits <= 15, scale >= -22, scale <= 22 {
            let value = Double(mantissa)
            let scaled = scale < 0 ? value / powersOfTen[-scale] : value * powersOfTen[scale]
            return isNegative ? 0 - scaled : scaled
        }
        return slowly(text)
    }

    /// Takes one digit into the mantissa while it has room; `digits` counts those after leading zeros.
    @inline(__always)
    private static func append(_ byte: UInt8, _ mantissa: UInt64, _ digits: Int) -> (UInt64, Int) {
        let digit = UInt64(byte &- 0x30)
        if digits == 0 && digit == 0 { return (mantissa, 0) }
        return digits < 18 ? (mantissa &* 10 &+ digit, digits &+ 1) : (mantissa, digits &+ 1)
    }

    private static func exponent(_ text: UnsafeRawBufferPointer, after start: Int) -> Int? {
        var index = start + 1
        var isNegative = false
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            isNegative = text[index] == UInt8(ascii: "-")
            index += 1
        }
        guard index < text.count else { return nil }
        var exponent = 0
        while index < text.count {
            guard text[index] &- 0x30 < 10 else { return nil }
            exponent = min(exponent * 10 + Int(text[index] &- 0x30), 100_000)
            index += 1
        }
        return isNegative ? -exponent : exponent
    }

    private static func slowly(_ text: UnsafeRawBufferPointer) -> Double? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: maximumLength + 1) { buffer in
            for (index, byte) in text.enumerated() { buffer[index] = CChar(bitPattern: byte) }
            buffer[text.count] = 0
            guard let base = buffer.baseAddress else { return nil }
            return strtod(base, nil)
        }
    }

    static func parse(_ text: String) -> Double? {
        var text = text
        return text.withUTF8 { parse(UnsafeRawBufferPointer($0)) }
    }

    /// A number as a key of a hash table: equal numbers have equal keys, minus zero and zero too.
    @inline(__always)
    package static func key(_ value: Double) -> UInt64 { value == 0 ? 0 : value.bitPattern }

    @inline(__always)
    static func holds(_ comparison: Comparison, _ value: Double, _ bound: Double) -> Bool {
        switch comparison {
        case .less: value < bound
        case .lessOrEqual: value <= bound
        case .greater: value > bound
        case .greaterOrEqual: value >= bound
        }
    }

    @inline(__always)
    static func holds(_ comparison: Comparison, _ value: Timestamp, _ bound: Timestamp) -> Bool {
        switch comparison {
        case .less: value < bound
        case .lessOrEqual: value <= bound
        case .greater: value > bound
        case .greaterOrEqual: value >= bound
        }
    }
}
