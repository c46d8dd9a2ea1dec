import Matching

// Hot path.

/// Numbers to compute with, in values: as comparisons read them (`NumberTest`), but for those too large for a sum.
enum NumberText {
    /// Larger numbers are not computed with: as many of them as a window can hold must have a finite sum.
    private static let maximumMagnitude = 1e300

    /// The bit pattern of the number that the whole text is, zero always positive. Nil for anything else.
    static func key(_ text: UnsafeRawBufferPointer) -> UInt64? {
        guard let number = NumberTest.parse(text), abs(number) <= maximumMagnitude else { return nil }
        return NumberTest.key(number)
    }
}
