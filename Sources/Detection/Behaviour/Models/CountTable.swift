// Hot path.

/// The counts of many entities for one rule: a table of fixed capacity, from a 64-bit hash of the entity to what is kept of it.
///
/// An event costs a search and an addition, an entity 52 bytes (196 with its hours) and 10 to 15 of index. A bucket is closed
/// when the first event of a later one comes, and empty buckets cost nothing until then. Counts are to come in the order of their
/// buckets for each entity: hold back what is beyond the watermark's bucket. When full, it forgets an entity for a new one.
public struct CountTable: Sendable {
    /// What came of a count.
    public enum Outcome: Sendable, Equatable {
        /// Nothing to tell.
        case counted
        /// Of an entity that was not known, nor before it was forgotten.
        case new
        /// The open bucket's count fires, for the first time.
        case fired(CountScore)
        /// Of a bucket that is closed: it only raises the record.
        case late
        /// Not counted: the table is full of entities that fired lately, or the bucket is beyond the year 2990.
        case refused
    }

    /// What happened since the table was made.
    public struct Statistics: Sendable, Equatable {
        public var lateEvents = 0
        public var evictions = 0
        public var refused = 0
        /// Entities that came again after they had been forgotten.
        public var resumed = 0
    }

    static let noCells = UInt32.max
    private static let sample = 16
    private static let mostSamples = 4

    private(set) var model: CountModel
    public let capacity: Int
    let idleBuckets: UInt32
    public internal(set) var statistics = Statistics()
    var states: [CountState] = []
    /// Place of each state's cells.
    var cellPlaces: [UInt32] = []
    var cells: [SeasonCells] = []
    var freeCells: [UInt32] = []
    private var index: [UInt32] = []
    /// Where a key begins to be looked for differs from process to process, so that nobody can choose keys that meet.
    private let seed = UInt64.random(in: 0 ... .max) | 1
    var hand = 0
    var known: KnownBefore
    var startHour = UInt32.max
    var changedPages: [UInt64] = []
    var isHeaderChanged = true

    /// - Parameters:
    ///   - capacity: entities at most, 1…16,000,000.
    ///   - idleSeconds: entities without events for so long are forgotten first.
    public init(_ configuration: CountConfiguration, capacity: Int, idleSeconds: Int64 = 45 * 86_400) {
        model = CountModel(configuration)
        self.capacity = min(max(capacity, 1), 16_000_000)
        idleBuckets = UInt32(min(max(1, idleSeconds / configuration.bucketSeconds), 1 << 24))
        known = KnownBefore(capacity: self.capacity / 2, bucket: 0)
        let pages = (self.capacity + Self.pageStates - 1) / Self.pageStates
        changedPages = [UInt64](repeating: 0, count: (pages + 63) / 64)
    }

    public var configuration: CountConfiguration { model.configuration }

    /// The same table judged otherwise: what is kept must be the same in both configurations.
    func going(on configuration: CountConfiguration) -> CountTable {
        var copy = self
        copy.model = CountModel(configuration)
        for slot in copy.states.indices { copy.prepare(slot) }
        return copy
    }

    /// Entities at present.
    public var count: Int { states.count }
    /// Those with factors for their hours.
    public var seasonalCount: Int { cells.count - freeCells.count }
    /// What the table holds, in bytes, without what arrays reserve.
    public var bytes: Int {
        states.count * (CountState.size + 4) + cells.count * SeasonCells.size + freeCells.count * 4 + index.count * 4
            + changedPages.count * 8 + known.generations.reduce(0) { $0 + $1.count * 2 }
    }

    // MARK: Events

    /// Counts events of an entity.
    ///
    /// - Parameters:
    ///   - key: a keyed hash of the entity.
    ///   - bucket: the events' time in seconds since 1970, divided by a bucket's length.
    ///   - peerMean: what the entity's peers do in a bucket, for one that is new.
    public mutating func add(_ key: UInt64, bucket: UInt32, count: UInt32 = 1, peerMean: Double? = nil) -> Outcome {
        guard bucket < 1 << 29 else {
            statistics.refused += 1
            return .refused
        }
        let slot = find(key)
        guard slot >= 0 else { return insert(key, bucket: bucket, count: count, peerMean: peerMean) }
        let open = states[slot].bucket
        if open != bucket {
            if bucket < open { return addLate(slot, count) }
            self.open(slot, bucket)
        }
        return raise(slot, by: count)
    }

    /// Adds to the open bucket.
    @inline(__always)
    private mutating func raise(_ slot: Int, by count: UInt32) -> Outcome {
        markChanged(slot)
        let isTriggered = states.withUnsafeMutableBufferPointer { $0[slot].raise(by: count) }
        return isTriggered ? judge(slot) ?? .counted : .counted
    }

    private mutating func insert(_ key: UInt64, bucket: UInt32, count: UInt32, peerMean: Double?) -> Outcome {
        known.rotate(bucket, lifetime: idleBuckets)
        let hour = model.hour(of: bucket)
        if hour < startHour { (startHour, isHeaderChanged) = (hour, true) }
        let slot: Int
        if states.count < capacity {
            slot = states.count
            if slot == 0 {
                // Memory that nothing touches costs nothing; moving a large table would cost twice its size.
                states.reserveCapacity(capacity)
                cellPlaces.reserveCapacity(capacity)
            }
            states.append(model.first(key, bucket: bucket, mean: peerMean ?? configuration.priorMean))
            cellPlaces.append(Self.noCells)
        } else {
            guard let victim = victim(at: bucket) else {
                statistics.refused += 1
                isHeaderChanged = true
                return .refused
            }
            evict(victim)
            slot = victim
            states[slot] = model.first(key, bucket: bucket, mean: peerMean ?? configuration.priorMean)
        }
        link(slot)
        let isResumed = !known.isEmpty && known.contains(key)
        if isResumed {
            statistics.resumed += 1
            isHeaderChanged = true
            states[slot].isResumed = true
        }
        prepare(slot)
        let outcome = raise(slot, by: count)
        return outcome == .counted && !isResumed ? .new : outcome
    }

    private mutating func addLate(_ slot: Int, _ count: UInt32) -> Outcome {
        statistics.lateEvents += 1
        isHeaderChanged = true
        if !model.isDrop {
            states[slot].record = max(states[slot].record, count)
            markChanged(slot)
        }
        return .late
    }

    // MARK: Buckets

    /// Closes the buckets of an entity before `bucket`, which is open then.
    private mutating func open(_ slot: Int, _ bucket: UInt32) {
        if cellPlaces[slot] == Self.noCells, model.earnsCells(states[slot]) { promote(slot) }
        if cellPlaces[slot] == Self.noCells {
            model.advance(&states[slot], nil, to: bucket)
        } else {
            let place = Int(cellPlaces[slot])
            cells.withUnsafeMutableBufferPointer { model.advance(&states[slot], $0.baseAddress! + place, to: bucket) }
        }
        prepare(slot)
    }

    /// Sets from which count on the open bucket is looked at.
    private mutating func prepare(_ slot: Int) {
        states[slot].isTriggerExact = false
        guard !model.isDrop, let demand = model.demand(states[slot], startHour: startHour) else {
            states[slot].trigger = .max
            return
        }
        states[slot].trigger = model.triggerBound(expectation(slot), demand: demand)
    }

    private func expectation(_ slot: Int) -> CountModel.Expectation {
        let place = cellPlaces[slot]
        if place == Self.noCells { return model.expectation(states[slot], nil) }
        return cells.withUnsafeBufferPointer { model.expectation(states[slot], $0.baseAddress! + Int(place)) }
    }

    /// The count has reached the trigger: a bound, which is replaced by the exact one, or that.
    private mutating func judge(_ slot: Int) -> Outcome? {
        guard !model.isDrop, let demand = model.demand(states[slot], startHour: startHour) else { return nil }
        let expected = expectation(slot)
        if !states[slot].isTriggerExact {
            states[slot].trigger = model.trigger(expected, demand: demand)
            states[slot].isTriggerExact = true
        }
        let count = states[slot].count
        guard count >= states[slot].trigger, model.fires(count, expected, demand: demand) else { return nil }
        states[slot].trigger = .max
        states[slot].lastAlert = states[slot].bucket
        return .fired(model.report(states[slot], expected, isSeasonal: cellPlaces[slot] != Self.noCells))
    }

    private mutating func promote(_ slot: Int) {
        if let place = freeCells.popLast() {
            cells[Int(place)] = SeasonCells()
            cellPlaces[slot] = place
        } else {
            cellPlaces[slot] = UInt32(cells.count)
            if cells.isEmpty { cells.reserveCapacity(capacity) }
            cells.append(SeasonCells())
        }
    }

    /// Closes `bucket` for all entities of a rule for drops, and returns what is unusually low in it. A walk over the table:
    /// once a bucket, when its watermark has passed.
    public mutating func closeDrops(_ bucket: UInt32) -> [CountScore] {
        guard model.isDrop, bucket < (1 << 29) - 1 else { return [] }
        var found: [CountScore] = []
        for slot in states.indices where states[slot].bucket <= bucket {
            if states[slot].bucket < bucket { open(slot, bucket) }
            if let demand = model.demand(states[slot], startHour: startHour) {
                let expected = expectation(slot)
                if model.fires(states[slot].count, expected, demand: demand) {
                    states[slot].lastAlert = bucket
                    found.append(model.report(states[slot], expected, isSeasonal: cellPlaces[slot] != Self.noCells))
                }
            }
            open(slot, bucket + 1)
            markChanged(slot)
        }
        return found
    }

    /// What is known of an entity's open bucket; nil if the entity is not there.
    public func score(_ key: UInt64) -> CountScore? {
        let slot = find(key)
        guard slot >= 0 else { return nil }
        return model.report(states[slot], expectation(slot), isSeasonal: cellPlaces[slot] != Self.noCells)
    }

    // MARK: Eviction

    /// An entity to be forgotten: of 16 at the clock's hand one that was idle too long, else the one that is least active and
    /// was seen longest ago; none that fired lately.
    private mutating func victim(at bucket: UInt32) -> Int? {
        for _ in 0..<Self.mostSamples {
            var best: Int?
            for _ in 0..<min(Self.sample, states.count) {
                let slot = hand
                hand = hand + 1 == states.count ? 0 : hand + 1
                if model.isProtected(states[slot], at: bucket) { continue }
                if bucket > states[slot].bucket, bucket - states[slot].bucket > idleBuckets { return slot }
                if let last = best {
                    if states[slot].isLess(than: states[last]) { best = slot }
                } else {
                    best = slot
                }
                states[slot].isReferenced = false
            }
            if let best { return best }
        }
        return nil
    }

    private mutating func evict(_ slot: Int) {
        statistics.evictions += 1
        isHeaderChanged = true
        known.insert(states[slot].key)
        unlink(slot)
        if cellPlaces[slot] != Self.noCells {
            freeCells.append(cellPlaces[slot])
            cellPlaces[slot] = Self.noCells
        }
    }

    // MARK: Index

    @inline(__always)
    private func home(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* seed).multipliedFullWidth(by: UInt64(index.count)).high)
    }

    private func find(_ key: UInt64) -> Int {
        if index.isEmpty { return -1 }
        var place = home(key)
        while true {
            let entry = index[place]
            if entry == 0 { return -1 }
            if states[Int(entry) - 1].key == key { return Int(entry) - 1 }
            place = place + 1 == index.count ? 0 : place + 1
        }
    }

    /// Enters a state into the index, which is at most three quarters full.
    mutating func link(_ slot: Int) {
        if states.count * 4 > index.count * 3 {
            let wanted = min(max(16, index.count * 2), max(16, capacity * 4 / 3 + 1))
            index = [UInt32](repeating: 0, count: wanted)
            for other in states.indices where other != slot { place(other) }
        }
        place(slot)
    }

    private mutating func place(_ slot: Int) {
        var place = home(states[slot].key)
        while index[place] != 0 { place = place + 1 == index.count ? 0 : place + 1 }
        index[place] = UInt32(slot + 1)
    }

    private mutating func unlink(_ slot: Int) {
        let size = index.count
        var gap = home(states[slot].key)
        while index[gap] != UInt32(slot + 1) { gap = gap + 1 == size ? 0 : gap + 1 }
        var next = gap + 1 == size ? 0 : gap + 1
        while index[next] != 0 {
            let home = home(states[Int(index[next]) - 1].key)
            // Distances go round the table's end.
            let fromHome = next >= home ? next - home : next + size - home
            let fromGap = next >= gap ? next - gap : next + size - gap
            if fromHome >= fromGap {
                index[gap] = index[next]
                gap = next
            }
            next = next + 1 == size ? 0 : next + 1
        }
        index[gap] = 0
    }

    @inline(__always)
    mutating func markChanged(_ slot: Int) {
        let page = slot / Self.pageStates
        changedPages[page / 64] |= 1 &<< UInt64(page % 64)
    }
}
