// Hot path.

/// Which values were seen with which entities, and when last: finds those that are new within a window of days.
///
/// An entry has 8 bytes: 48 bits of fingerprint and the day. A tuple that was never seen is taken for a known one in 16 of 2^48
/// cases. Where 16 places in a row are taken by what is still within the window, the one not seen for longest is given up.
public struct FirstSeenTable: Sendable, Equatable {
    public enum Sighting: Sendable, Equatable {
        /// Seen within the window, last on this day.
        case known(lastDay: UInt16)
        /// New, but the entity has not been known long enough to say what is usual for it.
        case learning
        /// Not seen within the window.
        case first
    }

    private static let probes = 16

    /// Days a value stays known after it was seen.
    public let window: UInt16
    /// Days an entity is only watched.
    public let learning: UInt16
    public let capacity: Int
    /// Tuples that were given up while still in their window.
    public private(set) var evictions = 0
    private let seed: UInt64
    /// Fingerprint and the last day, of tuples.
    private var tuples: [UInt64] = []
    private var used = 0
    /// Fingerprint and the first day, of entities.
    private var entities: [UInt64] = []
    private var usedEntities = 0

    /// - Parameters:
    ///   - capacity: tuples at most, 1…1,000,000,000; as many entities.
    ///   - window, learning: in days.
    ///   - seed: decides where a key is looked for; a random one keeps others from choosing keys that meet.
    public init(capacity: Int, window: UInt16, learning: UInt16, seed: UInt64 = .random(in: 0 ... .max)) {
        self.capacity = min(max(capacity, 1), 1_000_000_000)
        self.window = window
        self.learning = learning
        self.seed = seed | 1
    }

    public var bytes: Int { (tuples.count + entities.count) * 8 }

    /// Notes that an entity was seen with a value.
    ///
    /// - Parameters:
    ///   - tuple: a hash of rule, entity and value.
    ///   - entity: a hash of rule and entity.
    ///   - day: since 1970. Late sightings of an earlier day do not make what is known older.
    public mutating func see(_ tuple: UInt64, entity: UInt64, day: UInt16) -> Sighting {
        let age = age(of: entity, day: day)
        if used * 5 >= tuples.count * 4, tuples.count < capacity * 5 / 4 + Self.probes { growTuples(day) }
        let print = fingerprint(tuple)
        var place = home(print, tuples.count)
        var free = -1
        var oldest = -1
        for _ in 0..<Self.probes {
            let entry = tuples[place]
            if entry == 0 {
                if free < 0 { free = place }
                break
            }
            let last = UInt16(truncatingIfNeeded: entry)
            let isOver = last < day && day - last > window
            if entry &>> 16 == print {
                tuples[place] = print &<< 16 | UInt64(max(last, day))
                if !isOver { return .known(lastDay: last) }
                return age >= learning ? .first : .learning
            }
            if isOver, free < 0 { free = place }
            if oldest < 0 || last < UInt16(truncatingIfNeeded: tuples[oldest]) { oldest = place }
            place = place + 1 == tuples.count ? 0 : place + 1
        }
        if free < 0 {
            free = oldest
            evictions += 1
        } else if tuples[free] == 0 {
            used += 1
        }
        tuples[free] = print &<< 16 | UInt64(day)
        return age >= learning ? .first : .learning
    }

    /// Days since the entity was first seen; notes it if it is new. 0 for entities beyond the capacity, which stay silent.
    private mutating func age(of entity: UInt64, day: UInt16) -> UInt16 {
        if usedEntities * 5 >= entities.count * 4, entities.count < capacity * 5 / 4 + Self.probes { growEntities() }
        let print = fingerprint(entity)
        var place = home(print, entities.count)
        for _ in 0..<Self.probes {
            if entities[place] == 0 {
                entities[place] = print &<< 16 | UInt64(day)
                usedEntities += 1
                return 0
            }
            if entities[place] &>> 16 == print {
                let first = UInt16(truncatingIfNeeded: entities[place])
                return day > first ? day - first : 0
            }
            place = place + 1 == entities.count ? 0 : place + 1
        }
        return 0
    }

    @inline(__always)
    private func fingerprint(_ key: UInt64) -> UInt64 { max(1, (key &* seed) &>> 16) }

    @inline(__always)
    private func home(_ print: UInt64, _ count: Int) -> Int {
        Int(truncatingIfNeeded: (print &<< 16).multipliedFullWidth(by: UInt64(count)).high)
    }

    private func grown(_ count: Int) -> Int { min(max(64, count * 2), capacity * 5 / 4 + Self.probes) }

    private mutating func growTuples(_ day: UInt16) {
        let old = tuples
        tuples = [UInt64](repeating: 0, count: grown(old.count))
        used = 0
        for entry in old where entry != 0 {
            let last = UInt16(truncatingIfNeeded: entry)
            if last < day, day - last > window { continue }
            if Self.put(entry, home(entry &>> 16, tuples.count), &tuples) { used += 1 } else { evictions += 1 }
        }
    }

    private mutating func growEntities() {
        let old = entities
        entities = [UInt64](repeating: 0, count: grown(old.count))
        usedEntities = 0
        for entry in old where entry != 0 && Self.put(entry, home(entry &>> 16, entities.count), &entities) { usedEntities += 1 }
    }

    private static func put(_ entry: UInt64, _ home: Int, _ table: inout [UInt64]) -> Bool {
        var place = home
        for _ in 0..<probes {
            if table[place] == 0 {
                table[place] = entry
                return true
            }
            place = place + 1 == table.count ? 0 : place + 1
        }
        return false
    }
}

extension FirstSeenTable {
    private static let format: UInt64 = 1

    /// The whole table as bytes; equal tables give equal bytes.
    public func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.write(Self.format)
        writer.write(capacity)
        writer.writeFixed(seed)
        writer.write(evictions)
        for table in [tuples, entities] {
            writer.write(table.count)
            for entry in table { writer.writeFixed(entry) }
        }
        writer.seal()
        return writer.bytes
    }

    /// Restores a table. Window and learning time may have changed, the capacity may not.
    public init(capacity: Int, window: UInt16, learning: UInt16, snapshot: [UInt8]) throws(SnapshotError) {
        var reader = try SnapshotReader(snapshot)
        guard try reader.unsigned() == Self.format, try reader.integer() == Int64(min(max(capacity, 1), 1_000_000_000)) else {
            throw .unknownFormat
        }
        self.init(capacity: capacity, window: window, learning: learning, seed: try reader.fixed())
        evictions = try reader.bounded(0...Int64.max)
        tuples = try Self.read(&reader)
        entities = try Self.read(&reader)
        used = tuples.count { $0 != 0 }
        usedEntities = entities.count { $0 != 0 }
        guard reader.isAtEnd else { throw .malformed(offset: reader.offset) }
    }

    private static func read(_ reader: inout SnapshotReader) throws(SnapshotError) -> [UInt64] {
        let start = reader.offset
        let count = try reader.count(size: 8)
        guard count == 0 || count >= probes else { throw .malformed(offset: start) }
        var table: [UInt64] = []
        table.reserveCapacity(count)
        for _ in 0..<count { table.append(try reader.fixed()) }
        return table
    }
}
