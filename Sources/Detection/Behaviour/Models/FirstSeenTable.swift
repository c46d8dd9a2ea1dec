// Hot path.

/// Which values were seen with which entities, and when last: finds those that are new within a window of days.
///
/// An entry has 8 bytes: 48 bits of fingerprint and the day. A tuple that was never seen is taken for a known one in 16 of 2^48
/// cases. Where all 16 places for a tuple are taken by what is still within the window, the one not seen for longest is given up.
public struct FirstSeenTable: Sendable, Equatable {
    public enum Sighting: Sendable, Equatable {
        /// Seen within the window, last on this day.
        case known(lastDay: UInt16)
        /// New, but the entity has not been known long enough to say what is usual for it.
        case learning
        /// Not seen within the window.
        case first
    }

    /// Entries a group has: a line of the processor's cache. A key belongs into one of two groups.
    private static let ways = 8

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
        if used * 5 >= tuples.count * 4, tuples.count < most { growTuples(day) }
        let print = fingerprint(tuple)
        let groups = Self.groups(print, tuples.count)
        var free: (place: Int, filled: Int)?
        var oldest = groups.0
        for group in [groups.0, groups.1] {
            var filled = 0
            var place = -1
            for way in group..<(group + Self.ways) {
                let entry = tuples[way]
                if entry == 0 {
                    if place < 0 { place = way }
                    break
                }
                let last = UInt16(truncatingIfNeeded: entry)
                let isOver = last < day && day - last > window
                if entry &>> 16 == print {
                    tuples[way] = print &<< 16 | UInt64(max(last, day))
                    if !isOver { return .known(lastDay: last) }
                    return age >= learning ? .first : .learning
                }
                if isOver {
                    if place < 0 { place = way }
                } else {
                    filled += 1
                }
                if last < UInt16(truncatingIfNeeded: tuples[oldest]) { oldest = way }
            }
            if place >= 0, filled < free?.filled ?? .max { free = (place, filled) }
        }
        if let free {
            if tuples[free.place] == 0 { used += 1 }
            tuples[free.place] = print &<< 16 | UInt64(day)
        } else {
            tuples[oldest] = print &<< 16 | UInt64(day)
            evictions += 1
        }
        return age >= learning ? .first : .learning
    }

    /// Days since the entity was first seen; notes it if it is new. 0 for entities beyond the capacity, which stay silent.
    private mutating func age(of entity: UInt64, day: UInt16) -> UInt16 {
        if usedEntities * 5 >= entities.count * 4, entities.count < most { growEntities() }
        let print = fingerprint(entity)
        let groups = Self.groups(print, entities.count)
        for group in [groups.0, groups.1] {
            for way in group..<(group + Self.ways) where entities[way] &>> 16 == print {
                let first = UInt16(truncatingIfNeeded: entities[way])
                return day > first ? day - first : 0
            }
        }
        if Self.put(print &<< 16 | UInt64(day), &entities) { usedEntities += 1 }
        return 0
    }

    @inline(__always)
    private func fingerprint(_ key: UInt64) -> UInt64 { max(1, (key &* seed) &>> 16) }

    /// First places of both groups of a fingerprint.
    @inline(__always)
    private static func groups(_ print: UInt64, _ count: Int) -> (Int, Int) {
        let groups = UInt64(count / ways)
        let other = (print &* 0x9e37_79b9_7f4a_7c15) ^ (print &<< 40)
        return (
            Int((print &<< 16).multipliedFullWidth(by: groups).high) * ways,
            Int(other.multipliedFullWidth(by: groups).high) * ways)
    }

    /// Entries at most: the capacity, four fifths full, in whole groups.
    private var most: Int { (capacity * 5 / 4 / Self.ways + 1) * Self.ways }
    private func grown(_ count: Int) -> Int { min(max(64, count * 2), max(64, most)) }

    private mutating func growTuples(_ day: UInt16) {
        let old = tuples
        tuples = [UInt64](repeating: 0, count: grown(old.count))
        used = 0
        for entry in old where entry != 0 {
            let last = UInt16(truncatingIfNeeded: entry)
            if last < day, day - last > window { continue }
            if Self.put(entry, &tuples) { used += 1 } else { evictions += 1 }
        }
    }

    private mutating func growEntities() {
        let old = entities
        entities = [UInt64](repeating: 0, count: grown(old.count))
        usedEntities = 0
        for entry in old where entry != 0 && Self.put(entry, &entities) { usedEntities += 1 }
    }

    /// Into the emptier of both groups; false if they are full.
    private static func put(_ entry: UInt64, _ table: inout [UInt64]) -> Bool {
        let groups = groups(entry &>> 16, table.count)
        var best: (place: Int, way: Int)?
        for group in [groups.0, groups.1] {
            for way in 0..<ways where table[group + way] == 0 {
                if way < best?.way ?? .max { best = (group + way, way) }
                break
            }
        }
        guard let best else { return false }
        table[best.place] = entry
        return true
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
        guard count % ways == 0 else { throw .malformed(offset: start) }
        var table: [UInt64] = []
        table.reserveCapacity(count)
        for _ in 0..<count { table.append(try reader.fixed()) }
        return table
    }
}
