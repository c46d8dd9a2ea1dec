import Detection
import TestSupport
import Testing

struct SeasonCellsTests {
    @Test func `every 16-bit float is read as it is, and written again`() {
        for bits in UInt16(0)..<0x7c00 {
            let value = Double(half: bits)
            #expect(value == Double(Float16(bitPattern: bits)) && value.half == bits, "\(bits)")
        }
    }

    @Test func `numbers are rounded to the nearest 16-bit float, of two to the even one`() {
        var generator = SeededGenerator(seed: 4)
        for bits in UInt16(0)..<0x7bff {
            let (low, high) = (Double(half: bits), Double(half: bits + 1))
            let middle = (low + high) / 2
            let random = Double.random(in: low...high, using: &generator)
            for value in [middle, middle.nextDown, middle.nextUp, random] {
                #expect(value.half == Float16(value).bitPattern, "\(value)")
            }
        }
    }
}
