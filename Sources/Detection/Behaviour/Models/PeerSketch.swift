import Glibc

// Hot path.

/// Quantiles of what the members of a group do, to 2 % of the value: a DDSketch (Masson, Rim and Lee, 2019) of 256 bins, 1 KB.
///
/// When values span more than a factor of 28,000, the lowest bins are joined: quantiles of high values stay exact to 2 %.
public struct PeerSketch: Sendable, Equatable {
    public static let relativeError = 0.02
    private static let mostBins = 256
    private static let logGamma = log1p(relativeError) - log1p(-relativeError)

    /// Counts; the first one's bin holds values up to gamma^offset.
    private var bins: [UInt32] = []
    private var offset = 0
    /// Values of 0.
    public private(set) var zeros: UInt32 = 0
    public private(set) var count: UInt64 = 0

    public init() {}

    /// Adds a value. Negative ones, and what is no finite number, are not added.
    public mutating func add(_ value: Double) {
        guard value.isFinite, value >= 0 else { return }
        add(value < 1e-9 ? nil : Self.bin(value), 1)
    }

    /// Adds all of another group's values.
    public mutating func merge(_ other: PeerSketch) {
        if other.zeros > 0 { add(nil, other.zeros) }
        // From the highest on: lower ones are then joined at once, not moved.
        for place in other.bins.indices.reversed() where other.bins[place] > 0 { add(other.offset + place, other.bins[place]) }
    }

    /// The value below which a share of all values lies, within 2 %; nil if there is none.
    ///
    /// - Parameter share: 0…1.
    public func quantile(_ share: Double) -> Double? {
        guard count > 0, share >= 0, share <= 1 else { return nil }
        let rank = UInt64(share * Double(count - 1))
        var below = UInt64(zeros)
        if rank < below { return 0 }
        for place in bins.indices {
            below += UInt64(bins[place])
            if rank < below { return Self.middle(offset + place) }
        }
        return bins.isEmpty ? 0 : Self.middle(offset + bins.count - 1)
    }

    /// The share of values below that one; of those in the same bin, half. 0 if there is none.
    public func rank(_ value: Double) -> Double {
        guard count > 0, value.isFinite, value >= 0 else { return 0 }
        if value < 1e-9 { return Double(zeros) / 2 / Double(count) }
        let bin = Self.bin(value)
        var below = Double(zeros)
        for place in bins.indices where offset + place <= bin { below += Double(bins[place]) * (offset + place == bin ? 0.5 : 1) }
        return below / Double(count)
    }

    /// Up to 10^300, so that the middle of every bin is finite.
    private static func bin(_ value: Double) -> Int { Int((log(min(value, 1e300)) / logGamma).rounded(.up)) }

    /// The value from which both ends of a bin are equally far, as a share.
    private static func middle(_ bin: Int) -> Double {
        2 * exp(Double(bin) * logGamma) / (exp(logGamma) + 1)
    }

    private mutating func add(_ bin: Int?, _ times: UInt32) {
        count += UInt64(times)
        guard let bin else {
            zeros = zeros.addingReportingOverflow(times).overflow ? .max : zeros + times
            return
        }
        if bins.isEmpty { (bins, offset) = ([0], bin) }
        if bin >= offset + bins.count {
            let last = bin
            let first = max(offset, last - Self.mostBins + 1)
            var moved = [UInt32](repeating: 0, count: last - first + 1)
            for place in bins.indices { Self.add(bins[place], to: max(0, offset + place - first), &moved) }
            (bins, offset) = (moved, first)
        } else if bin < offset {
            let first = max(bin, offset + bins.count - Self.mostBins)
            if first < offset {
                bins.insert(contentsOf: [UInt32](repeating: 0, count: offset - first), at: 0)
                offset = first
            }
        }
        Self.add(times, to: max(0, bin - offset), &bins)
    }

    private static func add(_ times: UInt32, to place: Int, _ bins: inout [UInt32]) {
        bins[place] = bins[place].addingReportingOverflow(times).overflow ? .max : bins[place] + times
    }

    // MARK: Bytes

    /// The whole as bytes; equal sketches give equal bytes.
    public func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.write(offset)
        writer.write(Int(zeros))
        writer.write(bins.count)
        for bin in bins { writer.write(Int(bin)) }
        writer.seal()
        return writer.bytes
    }

    public init(snapshot: [UInt8]) throws(SnapshotError) {
        var reader = try SnapshotReader(snapshot)
        offset = try reader.bounded(-100_000...100_000)
        zeros = UInt32(try reader.bounded(0...Int64(UInt32.max)))
        count = UInt64(zeros)
        for _ in 0..<(try reader.bounded(0...Int64(Self.mostBins))) {
            bins.append(UInt32(try reader.bounded(0...Int64(UInt32.max))))
            count += UInt64(bins[bins.count - 1])
        }
        guard reader.isAtEnd else { throw .malformed(offset: reader.offset) }
    }
}
