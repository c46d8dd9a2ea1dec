public import EventModel
import Glibc

// Hot path.

/// How unusual an hour is for an entity: a histogram of the hours of weekdays and of weekends, forgetting by half in 30
/// days. 200 bytes.
public struct HourModel: Sendable {
    static let cells = 48
    /// Entities with fewer events are only watched.
    public static let leastEvents = 50.0
    private static let prior = 0.5

    private var counts = InlineArray<48, Float>(repeating: 0)
    private var total: Float = 0
    /// Hours since 1970.
    private var hour: UInt32 = 0

    public init() {}

    /// Bits of surprise at an event at that time, nil while the entity is only watched; then notes it.
    ///
    /// Neighbouring hours count by a quarter each: who works until six may well work until seven.
    ///
    /// - Parameter offset: by how many seconds local time is ahead of UTC then.
    public mutating func add(at time: Timestamp, offset: Int32 = 0) -> Double? {
        let bits = bits(at: time, offset: offset)
        note(Self.cell(at: time, offset: offset))
        return bits
    }

    /// The same, without noting it.
    mutating func bits(at time: Timestamp, offset: Int32) -> Double? {
        fade(to: Self.hour(of: time))
        let cell = Self.cell(at: time, offset: offset)
        let day = cell / 24 * 24
        let beside = Double(counts[day + (cell + 1) % 24]) + Double(counts[day + (cell + 23) % 24])
        let smooth = 0.5 * Double(counts[cell]) + 0.25 * beside
        let own = Double(total)
        let probability = (smooth + Self.prior) / (own + Self.prior * Double(Self.cells + 1))
        return own >= Self.leastEvents ? -log2(probability) : nil
    }

    mutating func note(_ cell: Int, times: Int = 1) {
        counts[cell] = min(counts[cell] + Float(times), 1e9)
        total = min(total + Float(times), 1e9)
    }

    /// 0…23 on weekdays, 24…47 on weekends.
    static func cell(at time: Timestamp, offset: Int32) -> Int {
        let local = Int64(hour(of: time)) * 3_600 + Int64(offset)
        return CountModel.cell(ofHour: max(0, local) / 3_600)
    }

    private static func hour(of time: Timestamp) -> UInt32 {
        let seconds = (Double(time.microseconds) / 1_000_000).rounded(.down)
        return UInt32(min(max(0, (seconds / 3_600).rounded(.down)), Double(UInt32.max)))
    }

    private mutating func fade(to now: UInt32) {
        guard now > hour else { return }
        if total > 0 {
            let factor = Float(exp2(-Double(now - hour) / EntityValues.halfLife))
            for cell in 0..<Self.cells { counts[cell] *= factor }
            total *= factor
        }
        hour = now
    }

    // MARK: Bytes

    /// The whole as bytes.
    public func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.write(Int(hour))
        writer.writeFixed(UInt64(total.bitPattern))
        for cell in 0..<Self.cells { writer.writeFixed(UInt64(counts[cell].bitPattern)) }
        writer.seal()
        return writer.bytes
    }

    public init(snapshot: [UInt8]) throws(SnapshotError) {
        var reader = try SnapshotReader(snapshot)
        hour = UInt32(try reader.bounded(0...Int64(UInt32.max)))
        total = try reader.share()
        for cell in 0..<Self.cells { counts[cell] = try reader.share() }
        guard reader.isAtEnd else { throw .malformed(offset: reader.offset) }
    }
}
