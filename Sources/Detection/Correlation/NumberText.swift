#if canImport(Glibc)
import Glibc
#endif

// Hot path. Unsafe: reads only the bytes of the value that it is given.

/// Numbers in values, be they JSON numbers or strings that look like one: JSON's grammar, with leading zeros and a plus sign
/// allowed, as rules' comparisons have it.
enum NumberText {
    /// Longer texts are not taken for numbers: a double has 17 significant digits.
    static let maximumLength = 64
    /// Larger numbers are not computed with: as many of them as a window can hold must have a finite sum.
    static let maximumMagnitude = 1e300

    /// The bit pattern of the number that the whole text is, zero always positive. Nil for anything else.
    static func key(_ text: UnsafeRawBufferPointer) -> UInt64? {
        parse(text).map { $0 == 0 ? 0 : $0.bitPattern }
    }

    static func parse(_ text: UnsafeRawBufferPointer) -> Double? {
        guard text.count > 0, text.count <= maximumLength else { return nil }
        var index = text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") ? 1 : 0
        let whole = index
        var value: Int64 = 0
        while index < text.count, text[index] &- 0x30 < 10 {
            value = value &* 10 &+ Int64(text[index] &- 0x30)
            index &+= 1
        }
        guard index > whole else { return nil }
        // Up to 15 digits are a double, exactly.
        if index == text.count, index &- whole <= 15 { return Double(text[0] == UInt8(ascii: "-") ? 0 &- value : value) }
        guard isFraction(text, from: index) else { return nil }
        let number = withUnsafeTemporaryAllocation(of: CChar.self, capacity: maximumLength + 1) { buffer in
            for place in 0..<text.count { buffer[place] = CChar(bitPattern: text[place]) }
            buffer[text.count] = 0
            return buffer.baseAddress.map { strtod($0, nil) } ?? .nan
        }
        return abs(number) <= maximumMagnitude ? number : nil
    }

    /// Whether what follows a number's whole part is a fraction, an exponent, both or nothing.
    private static func isFraction(_ text: UnsafeRawBufferPointer, from start: Int) -> Bool {
        var index = start
        if index < text.count, text[index] == UInt8(ascii: ".") {
            let end = digits(text, from: index + 1)
            if end == index + 1 { return false }
            index = end
        }
        if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") { index += 1 }
            let end = digits(text, from: index)
            if end == index { return false }
            index = end
        }
        return index == text.count
    }

    /// Where the digits that begin at `start` end.
    private static func digits(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index < text.count, text[index] &- 0x30 < 10 { index += 1 }
        return index
    }
}
