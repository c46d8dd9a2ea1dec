import Glibc

// Hot path.

/// How usual a value is with one entity: the eight values seen most (Space-Saving, Metwally et al., 2005), forgetting by half in
/// 30 days. 80 bytes.
public struct EntityValues: Sendable {
    private struct Entry: Sendable {
        /// 32 bits of a hash.
        var value: UInt32 = 0
        var count: Float = 0
    }

    static let halfLife = 30.0 * 24
    private static let places = 8

    private var entries = InlineArray<8, Entry>(repeating: Entry())
    /// All events, of other values, too.
    public private(set) var total: Float = 0
    /// Hours since 1970.
    private var hour: UInt32 = 0

    public init() {}

    /// How often the value was seen. Of one that is not among the eight, at most as often as the rarest of them.
    public func count(_ value: UInt32) -> Float {
        var least = Float.infinity
        for place in 0..<Self.places {
            if entries[place].count > 0, entries[place].value == value { return entries[place].count }
            least = min(least, entries[place].count)
        }
        return least
    }

    /// Lets what was seen fade until `hour`. Earlier hours change nothing.
    mutating func fade(to hour: UInt32) {
        guard hour > self.hour else { return }
        if total > 0 {
            let factor = Float(exp2(-Double(hour - self.hour) / Self.halfLife))
            for place in 0..<Self.places { entries[place].count *= factor }
            total *= factor
        }
        self.hour = hour
    }

    mutating func add(_ value: UInt32, times: Float = 1) {
        total = min(total + times, 1e9)
        var least = 0
        for place in 0..<Self.places {
            if entries[place].count > 0, entries[place].value == value {
                entries[place].count = min(entries[place].count + times, 1e9)
                return
            }
            if entries[place].count < entries[least].count { least = place }
        }
        entries[least] = Entry(value: value, count: min(entries[least].count + times, 1e9))
    }

    // MARK: Bytes

    func write(to writer: inout SnapshotWriter) {
        writer.write(Int(hour))
        writer.writeFixed(UInt64(total.bitPattern))
        for place in 0..<Self.places {
            writer.writeFixed(UInt64(entries[place].value) &<< 32 | UInt64(entries[place].count.bitPattern))
        }
    }

    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        hour = UInt32(try reader.bounded(0...Int64(UInt32.max)))
        total = try reader.share()
        for place in 0..<Self.places {
            let start = reader.offset
            let word = try reader.fixed()
            let count = Float(bitPattern: UInt32(truncatingIfNeeded: word))
            guard count.isFinite, count >= 0 else { throw .malformed(offset: start) }
            entries[place] = Entry(value: UInt32(truncatingIfNeeded: word &>> 32), count: count)
        }
    }

    /// The whole as bytes.
    public func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        write(to: &writer)
        writer.seal()
        return writer.bytes
    }

    public init(snapshot: [UInt8]) throws(SnapshotError) {
        var reader = try SnapshotReader(snapshot)
        try self.init(from: &reader)
        guard reader.isAtEnd else { throw .malformed(offset: reader.offset) }
    }
}

/// How rare a value is with an entity, in bits: -log2 of its probability, which is drawn towards the one in all of the tenant.
///
/// The tenant's counts are a count-min sketch with conservative update (Estan and Varghese, 2002): 1 MB, never too low, and
/// mostly not too high by more than e · N / 65,536. Everything forgets by half in 30 days.
public struct RareModel: Sendable, Equatable {
    static let depth = 4
    static let width = 1 << 16
    /// How much each value is thought to have been seen before any was.
    static let prior = 0.5
    /// The tenant counts as much as so many events of the entity's own.
    static let shrinkage = 10.0
    /// Entities with fewer events are only watched.
    public static let leastEvents = 50.0

    private var cells = [Float](repeating: 0, count: Self.depth * Self.width)
    private var total = 0.0
    /// Values that were new, fading like all else.
    private var distinct = 0.0
    /// What an event weighs now: instead of all cells fading, later events weigh more.
    private var weight = 1.0
    private var hour: UInt32 = 0

    public init() {}

    /// Bits of surprise at `value` with the entity, nil while the entity is only watched; then notes it.
    ///
    /// - Parameters:
    ///   - value: a keyed hash.
    ///   - hour: since 1970; earlier than a former one counts as that.
    public mutating func add(_ value: UInt64, entity: inout EntityValues, hour: UInt32) -> Double? {
        let bits = bits(value, entity: &entity, hour: hour)
        Self.note(value, in: &entity)
        note(value)
        return bits
    }

    /// The same, without noting it.
    mutating func bits(_ value: UInt64, entity: inout EntityValues, hour: UInt32) -> Double? {
        advance(to: hour)
        entity.fade(to: hour)
        let own = Double(entity.total)
        let tenant = (count(value) + Self.prior) / (total / weight + Self.prior * (distinct / weight + 1))
        let seen = Double(entity.count(UInt32(truncatingIfNeeded: value &>> 32)))
        let probability = (seen + Self.shrinkage * min(1, tenant)) / (own + Self.shrinkage)
        return own >= Self.leastEvents ? max(0, -log2(probability)) : nil
    }

    static func note(_ value: UInt64, in entity: inout EntityValues, times: Int = 1) {
        entity.add(UInt32(truncatingIfNeeded: value &>> 32), times: Float(times))
    }

    /// How often the tenant saw the value, faded: never less than it did.
    public func count(_ value: UInt64) -> Double {
        var least = Float.infinity
        for row in 0..<Self.depth { least = min(least, cells[Self.place(value, row)]) }
        return Double(least) / weight
    }

    /// Notes that somebody was seen with a value.
    mutating func note(_ value: UInt64, times: Int = 1) {
        var least = Float.infinity
        for row in 0..<Self.depth { least = min(least, cells[Self.place(value, row)]) }
        if Double(least) < weight * 0.01 { distinct += weight }
        let raised = least + Float(weight * Double(times))
        // Conservative: only what is below the new estimate is raised to it.
        for row in 0..<Self.depth {
            let place = Self.place(value, row)
            if cells[place] < raised { cells[place] = raised }
        }
        total += weight * Double(times)
    }

    private mutating func advance(to hour: UInt32) {
        guard hour > self.hour else { return }
        if self.hour > 0 || total > 0 { weight *= exp2(min(1_000, Double(hour - self.hour) / EntityValues.halfLife)) }
        self.hour = hour
        // Floats have 24 bits: before events weigh too much beside what is there, all is scaled down.
        if weight > 1_024 {
            for place in cells.indices { cells[place] = Float(Double(cells[place]) / weight) }
            total /= weight
            distinct /= weight
            weight = 1
        }
    }

    /// A row's cell: 16 bits of the hash, mixed anew for each row.
    private static func place(_ value: UInt64, _ row: Int) -> Int {
        let odd: [4 of UInt64] = [0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9, 0xff51_afd7_ed55_8ccd]
        return row * width + Int((value &* odd[row]) &>> 48)
    }

    // MARK: Bytes

    /// The whole as bytes; equal models give equal bytes.
    public func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.write(Int(hour))
        for number in [total, distinct, weight] { writer.writeFixed(number.bitPattern) }
        for place in stride(from: 0, to: cells.count, by: 2) {
            writer.writeFixed(UInt64(cells[place].bitPattern) | UInt64(cells[place + 1].bitPattern) &<< 32)
        }
        writer.seal()
        return writer.bytes
    }

    public init(snapshot: [UInt8]) throws(SnapshotError) {
        var reader = try SnapshotReader(snapshot)
        hour = UInt32(try reader.bounded(0...Int64(UInt32.max)))
        total = try reader.number()
        distinct = try reader.number()
        weight = try reader.number()
        guard total >= 0, distinct >= 0, weight >= 1 else { throw .malformed(offset: reader.offset) }
        for place in stride(from: 0, to: cells.count, by: 2) {
            let start = reader.offset
            let word = try reader.fixed()
            for part in 0..<2 {
                let cell = Float(bitPattern: UInt32(truncatingIfNeeded: word &>> UInt64(32 * part)))
                guard cell.isFinite, cell >= 0 else { throw .malformed(offset: start) }
                cells[place + part] = cell
            }
        }
        guard reader.isAtEnd else { throw .malformed(offset: reader.offset) }
    }
}
