import EventModel

// Hot path. Unsafe: see `BytePlanes`; counts are checked by the caller against the block's rows.

/// Whole numbers as planes of their bytes: less the least of them, or less the one before, whichever is shorter.
///
/// Stored: a byte (width in the low four bits, 0x10 for differences), the base (signed), then the planes, the lowest bytes first.
struct IntegerList {
    private static let differences: UInt8 = 0x10

    private let planes: BytePlanes
    private let plane = Arena(capacity: 16 << 10)
    private let trials = (Arena(capacity: 64 << 10), Arena(capacity: 64 << 10))

    init(_ zstd: Zstd) { planes = BytePlanes(zstd: zstd) }

    func append(_ numbers: UnsafeBufferPointer<Int64>, to output: Arena) {
        guard let first = numbers.first else { return }
        trials.0.setCount(0)
        trials.1.setCount(0)
        var least = first
        var most = first
        var largest: UInt64 = 0
        var isOrdered = true
        var before = first
        for number in numbers {
            least = min(least, number)
            most = max(most, number)
            largest |= Varint.zigzag(number &- before)
            if number < before { isOrdered = false }
            before = number
        }
        let span = UInt64(bitPattern: most &- least)
        append(numbers, flags: 0, base: least, width: Self.width(span), to: trials.0) { number, _ in
            UInt64(bitPattern: number &- least)
        }
        // Differences of codes in no order are as wide as the codes, and have no pattern.
        if Self.width(largest) < Self.width(span) || isOrdered {
            append(numbers, flags: Self.differences, base: first, width: Self.width(largest), to: trials.1) { number, before in
                Varint.zigzag(number &- before)
            }
            output.append(trials.1.count < trials.0.count ? trials.1.contents : trials.0.contents)
        } else {
            output.append(trials.0.contents)
        }
    }

    @inline(__always)
    private func append(
        _ numbers: UnsafeBufferPointer<Int64>, flags: UInt8, base: Int64, width: Int, to output: Arena,
        _ coded: (Int64, Int64) -> UInt64
    ) {
        output.append(byte: flags | UInt8(width))
        output.append(signed: base)
        for index in 0..<width {
            plane.setCount(0)
            plane.reserve(numbers.count)
            let bytes = plane.base.assumingMemoryBound(to: UInt8.self)
            var before = numbers[0]
            for (place, number) in numbers.enumerated() {
                bytes[place] = UInt8(truncatingIfNeeded: coded(number, before) &>> UInt64(index * 8))
                before = number
            }
            plane.setCount(numbers.count)
            planes.append(plane.contents, to: output)
        }
    }

    private static func width(_ number: UInt64) -> Int { (71 - number.leadingZeroBitCount) / 8 }

    /// Reads `count` numbers. Of numbers that do not fit into the type, which only damage writes, nothing is known.
    func read<Number: FixedWidthInteger & BitwiseCopyable>(
        _ reader: inout ByteReader, count: Int, as type: Number.Type = Number.self
    ) throws(BlockError) -> [Number] {
        guard count > 0 else { return [] }
        let (width, isDifferences, base) = try Self.head(&reader)
        var numbers = [Number](repeating: 0, count: count)
        for index in 0..<width {
            plane.setCount(0)
            try planes.read(&reader, count: count, to: plane)
            guard index * 8 < Number.bitWidth else { continue }
            let shift = Number(truncatingIfNeeded: index * 8)
            let bytes = UnsafePointer(plane.base.assumingMemoryBound(to: UInt8.self))
            numbers.withUnsafeMutableBufferPointer { out in
                for place in 0..<count { out[place] |= Number(truncatingIfNeeded: bytes[place]) &<< shift }
            }
        }
        numbers.withUnsafeMutableBufferPointer { out in
            let base = Number(truncatingIfNeeded: base)
            if isDifferences {
                var number = base
                for place in 0..<count {
                    let code = Number.Magnitude(truncatingIfNeeded: out[place])
                    number = number &+ Number(truncatingIfNeeded: code &>> 1 ^ (0 &- (code & 1)))
                    out[place] = number
                }
            } else if base != 0 {
                for place in 0..<count { out[place] = out[place] &+ base }
            }
        }
        return numbers
    }

    /// Goes past a list of `count` numbers.
    static func skip(_ reader: inout ByteReader, count: Int) throws(BlockError) {
        guard count > 0 else { return }
        for _ in 0..<(try head(&reader).width) { try BytePlanes.skip(&reader) }
    }

    private static func head(_ reader: inout ByteReader) throws(BlockError) -> (width: Int, isDifferences: Bool, base: Int64) {
        let flags = try reader.byte()
        let width = Int(flags & 0x0f)
        guard width <= 8, flags & ~(differences | 0x0f) == 0 else { throw .damaged("a list of numbers is of unknown form") }
        return (width, flags & differences != 0, try reader.signed())
    }
}
