// Hot path.

/// Factors for the hours of weekdays and of weekends: 144 bytes.
package struct SeasonCells: Sendable, BitwiseCopyable {
    static let count = 48
    package static let size = 144
    /// Discounted sums of counts as multiples of the rate. Precise to 3 digits, which is finer than what they estimate.
    package var sums = InlineArray<48, Float16>(repeating: 0)
    /// How many hours of each were seen, up to 255: what 0.93 is raised to is nothing then.
    package var visits = InlineArray<48, UInt8>(repeating: 0)

    package init() {}

    /// Discounted numbers of visits: (1 - 0.93^v) / 0.07, for 0 to 255. Made once, and kept as long as the process.
    nonisolated(unsafe) fileprivate static let weights: UnsafePointer<Double> = {
        let weights = UnsafeMutablePointer<Double>.allocate(capacity: 256)
        weights[0] = 0
        for visits in 1...255 { weights[visits] = weights[visits - 1] * CountModel.cellDecay + 1 }
        return UnsafePointer(weights)
    }()
}

/// The cells of an entity where they lie: one is read or written without the others.
struct SeasonCellsPlace {
    private let bytes: UnsafeMutableRawPointer

    @inline(__always)
    init(_ cells: UnsafeMutablePointer<SeasonCells>) { bytes = UnsafeMutableRawPointer(cells) }

    @inline(__always)
    private func sum(_ cell: Int) -> Double { Double(half: bytes.load(fromByteOffset: cell &* 2, as: UInt16.self)) }

    @inline(__always)
    private func visits(_ cell: Int) -> UInt8 { bytes.load(fromByteOffset: SeasonCells.count * 2 &+ cell, as: UInt8.self) }

    /// The cell's factor, shrunk towards 1 as by four visits at the rate.
    @inline(__always)
    func factor(_ cell: Int) -> Double { (sum(cell) + 4) / (SeasonCells.weights[Int(visits(cell))] + 4) }

    /// Fades the sum of a cell, and adds to it.
    @inline(__always)
    func learn(_ cell: Int, decay: Double, adding: Double) {
        bytes.storeBytes(of: (decay * sum(cell) + adding).half, toByteOffset: cell &* 2, as: UInt16.self)
    }

    /// Another hour of a cell is over.
    @inline(__always)
    func visit(_ cell: Int) {
        let visits = visits(cell)
        bytes.storeBytes(of: visits &+ (visits < .max ? 1 : 0), toByteOffset: SeasonCells.count * 2 &+ cell, as: UInt8.self)
    }

    /// Writes 12 words with the sums, then 6 with the visits.
    func write(to other: UnsafeMutableRawPointer) {
        for cell in 0..<SeasonCells.count {
            let sum = bytes.load(fromByteOffset: cell &* 2, as: UInt16.self)
            other.storeBytes(of: sum.littleEndian, toByteOffset: cell &* 2, as: UInt16.self)
        }
        (other + SeasonCells.count * 2).copyMemory(from: bytes + SeasonCells.count * 2, byteCount: SeasonCells.count)
    }

    /// Has all cells read, which are in three or four cache lines; what comes of it means nothing.
    @inline(__always)
    func touch() -> UInt64 {
        // Cells begin at multiples of 16 bytes.
        @inline(__always) func read(_ offset: Int) -> UInt64 { UInt64(bytes.load(fromByteOffset: offset, as: UInt32.self)) }
        return read(0) &+ read(64) &+ read(128) &+ read(140)
    }

    /// Nothing is known but that every hour was seen.
    func forget() {
        for cell in 0..<SeasonCells.count {
            bytes.storeBytes(of: 0, toByteOffset: cell * 2, as: UInt16.self)
            bytes.storeBytes(of: .max, toByteOffset: SeasonCells.count * 2 + cell, as: UInt8.self)
        }
    }
}

extension Double {
    // Programs for any processor of a kind call functions for 16-bit floats. These do the same to numbers from 0 to 65,504, in a
    // few instructions.

    /// The number of a 16-bit float's bits. For finite numbers of 0 and more.
    @inline(__always)
    package init(half bits: UInt16) {
        // The exponent begins at 2^-14, and below it are multiples of 2^-24.
        self = bits < 0x400 ? Double(bits) * 0x1p-24 : Double(bitPattern: UInt64(bits) &<< 42 &+ 1_008 &<< 52)
    }

    /// The bits of the 16-bit float that is nearest, of two the even one. For numbers from 0 to 65,504.
    @inline(__always)
    package var half: UInt16 {
        // Added to 2^52, a number is rounded to an integer.
        if self < 0x1p-14 { return UInt16(truncatingIfNeeded: (self * 0x1p24 + 0x1p52).bitPattern) }
        let halfOfLast = 0x1ff_ffff_ffff &+ (bitPattern &>> 42) & 1
        return UInt16(truncatingIfNeeded: (bitPattern &+ halfOfLast) &>> 42 &- 1_008 &<< 10)
    }
}
