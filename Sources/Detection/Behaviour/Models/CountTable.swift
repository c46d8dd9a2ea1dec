// Hot path.

/// The counts of many entities for one rule: a table of fixed capacity, from a 64-bit hash of the entity to what is kept of it.
///
/// An event costs a search and an addition, an entity 64 bytes (208 with its hours) and 5 to 11 of index. A bucket is closed
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

    /// What is kept of an entity, in one cache line.
    struct Line: BitwiseCopyable {
        var state: CountState
        /// Place of its cells.
        var cellPlace = CountTable.noCells
        private var rest: UInt64 = 0

        init(_ state: CountState) { self.state = state }
    }

    static let noCells = UInt32.max
    private static let sample = 16
    private static let mostSamples = 4

    private(set) var model: CountModel
    public let capacity: Int
    let idleBuckets: UInt32
    public internal(set) var statistics = Statistics()
    /// Entities at present.
    public internal(set) var count = 0
    // Values that copies of the table share until one of them changes: `makeUnique`.
    private(set) var lines = CountTableMemory<Line>(capacity: 0)
    private(set) var cells = CountTableMemory<SeasonCells>(capacity: 0)
    var index: CountTableIndex
    private var cellCount = 0
    private var freeCells: [UInt32] = []
    /// Of what `touch` has read: nothing.
    var touchedSum: UInt64 = 0
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
        index = CountTableIndex(capacity: self.capacity)
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
        copy.makeUnique()
        for slot in 0..<count { copy.prepare(copy.lines.base + slot) }
        return copy
    }

    /// Those with factors for their hours.
    public var seasonalCount: Int { cellCount - freeCells.count }
    /// What the table holds, in bytes, without address space that nothing was written to.
    public var bytes: Int {
        count * MemoryLayout<Line>.stride + cellCount * SeasonCells.size + freeCells.count * 4 + index.bytes
            + changedPages.count * 8 + known.generations.reduce(0) { $0 + $1.count * 2 }
    }

    // MARK: Memory

    /// Before anything is written: copies of the table have its memory in common.
    @inline(__always)
    private mutating func makeUnique() {
        if !isKnownUniquelyReferenced(&lines) { copyMemory() }
    }

    @inline(never)
    private mutating func copyMemory() {
        lines = lines.copy(count)
        cells = cells.copy(cellCount)
        index.makeUnique()
    }

    /// Appends an entity that is not in the index yet; its slot.
    mutating func append(_ state: CountState) -> Int {
        if lines.capacity == 0 { lines = CountTableMemory(capacity: capacity) }
        (lines.base + count).initialize(to: Line(state))
        count += 1
        return count - 1
    }

    mutating func giveCells(_ slot: Int, _ own: SeasonCells = SeasonCells()) {
        var place = freeCells.popLast()
        if place == nil {
            if cells.capacity == 0 { cells = CountTableMemory(capacity: capacity) }
            place = UInt32(cellCount)
            cellCount += 1
        }
        if let place {
            (cells.base + Int(place)).initialize(to: own)
            lines.base[slot].cellPlace = place
        }
    }

    /// The cells of an entity, if it has some.
    @inline(__always)
    func cells(of line: UnsafePointer<Line>) -> UnsafeMutablePointer<SeasonCells>? {
        line.pointee.cellPlace == Self.noCells ? nil : cells.base + Int(line.pointee.cellPlace)
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
        makeUnique()
        let slot = index.find(key, in: lines.base, self.count)
        guard slot >= 0 else { return insert(key, bucket: bucket, count: count, peerMean: peerMean) }
        let line = lines.base + slot
        let open = line.pointee.state.bucket
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
        return lines.base[slot].state.raise(by: count) ? judge(lines.base + slot) ?? .counted : .counted
    }

    private mutating func insert(_ key: UInt64, bucket: UInt32, count: UInt32, peerMean: Double?) -> Outcome {
        known.rotate(bucket, lifetime: idleBuckets)
        let hour = model.hour(of: bucket)
        if hour < startHour { (startHour, isHeaderChanged) = (hour, true) }
        let slot: Int
        let first = model.first(key, bucket: bucket, mean: peerMean ?? configuration.priorMean)
        if self.count < capacity {
            slot = append(first)
        } else {
            guard let victim = victim(at: bucket) else {
                statistics.refused += 1
                isHeaderChanged = true
                return .refused
            }
            evict(victim)
            slot = victim
            lines.base[slot] = Line(first)
        }
        index.enter(key, slot, in: lines.base, self.count)
        let isResumed = !known.isEmpty && known.contains(key)
        if isResumed {
            statistics.resumed += 1
            isHeaderChanged = true
            lines.base[slot].state.isResumed = true
        }
        prepare(lines.base + slot)
        let outcome = raise(slot, by: count)
        return outcome == .counted && !isResumed ? .new : outcome
    }

    private mutating func addLate(_ slot: Int, _ count: UInt32) -> Outcome {
        statistics.lateEvents += 1
        isHeaderChanged = true
        if !model.isDrop {
            lines.base[slot].state.record = max(lines.base[slot].state.record, count)
            markChanged(slot)
        }
        return .late
    }

    // MARK: Buckets

    /// Closes the buckets of an entity before `bucket`, which is open then.
    private mutating func open(_ slot: Int, _ bucket: UInt32) {
        let line = lines.base + slot
        if line.pointee.cellPlace == Self.noCells, model.earnsCells(line.pointee.state) { giveCells(slot) }
        model.advance(&line.pointee.state, cells(of: line), to: bucket)
        prepare(line)
    }

    /// Sets from which count on the open bucket is looked at.
    private func prepare(_ line: UnsafeMutablePointer<Line>) {
        line.pointee.state.isTriggerExact = false
        guard !model.isDrop, let demand = model.demand(line.pointee.state, startHour: startHour) else {
            line.pointee.state.trigger = .max
            return
        }
        line.pointee.state.trigger = model.triggerBound(line.pointee.state, cells(of: line), demand: demand)
    }

    private func expectation(_ line: UnsafePointer<Line>) -> CountModel.Expectation {
        model.expectation(line.pointee.state, cells(of: line))
    }

    /// The count has reached the trigger: a bound, which is replaced by the exact one, or that.
    private func judge(_ line: UnsafeMutablePointer<Line>) -> Outcome? {
        guard !model.isDrop, let demand = model.demand(line.pointee.state, startHour: startHour) else { return nil }
        let expected = expectation(line)
        if !line.pointee.state.isTriggerExact {
            line.pointee.state.trigger = model.trigger(expected, demand: demand)
            line.pointee.state.isTriggerExact = true
        }
        let count = line.pointee.state.count
        guard count >= line.pointee.state.trigger, model.fires(count, expected, demand: demand) else { return nil }
        line.pointee.state.trigger = .max
        line.pointee.state.lastAlert = line.pointee.state.bucket
        return .fired(report(line, expected))
    }

    private func report(_ line: UnsafePointer<Line>, _ expected: CountModel.Expectation) -> CountScore {
        model.report(line.pointee.state, expected, isSeasonal: line.pointee.cellPlace != Self.noCells)
    }

    /// Closes `bucket` for all entities of a rule for drops, and returns what is unusually low in it. A walk over the table:
    /// once a bucket, when its watermark has passed.
    public mutating func closeDrops(_ bucket: UInt32) -> [CountScore] {
        guard model.isDrop, bucket < (1 << 29) - 1 else { return [] }
        makeUnique()
        var found: [CountScore] = []
        for slot in 0..<count where lines.base[slot].state.bucket <= bucket {
            let line = lines.base + slot
            if line.pointee.state.bucket < bucket { open(slot, bucket) }
            if let demand = model.demand(line.pointee.state, startHour: startHour) {
                let expected = expectation(line)
                if model.fires(line.pointee.state.count, expected, demand: demand) {
                    line.pointee.state.lastAlert = bucket
                    found.append(report(line, expected))
                }
            }
            open(slot, bucket + 1)
            markChanged(slot)
        }
        return found
    }

    /// What is known of an entity's open bucket; nil if the entity is not there.
    public func score(_ key: UInt64) -> CountScore? {
        let slot = index.find(key, in: lines.base, count)
        return slot < 0 ? nil : report(lines.base + slot, expectation(lines.base + slot))
    }

    // MARK: Eviction

    /// An entity to be forgotten: of 16 at the clock's hand one that was idle too long, else the one that is least active and
    /// was seen longest ago; none that fired lately.
    private mutating func victim(at bucket: UInt32) -> Int? {
        for _ in 0..<Self.mostSamples {
            var best: Int?
            for _ in 0..<min(Self.sample, count) {
                let slot = hand
                let line = lines.base + slot
                hand = hand + 1 == count ? 0 : hand + 1
                if model.isProtected(line.pointee.state, at: bucket) { continue }
                let last = line.pointee.state.bucket
                if bucket > last, bucket - last > idleBuckets { return slot }
                if let other = best {
                    if line.pointee.state.isLess(than: lines.base[other].state) { best = slot }
                } else {
                    best = slot
                }
                line.pointee.state.isReferenced = false
            }
            if let best { return best }
        }
        return nil
    }

    private mutating func evict(_ slot: Int) {
        statistics.evictions += 1
        isHeaderChanged = true
        let line = lines.base[slot]
        known.insert(line.state.key)
        index.remove(line.state.key, slot, in: lines.base)
        if line.cellPlace != Self.noCells { freeCells.append(line.cellPlace) }
    }

    // MARK: Pages

    @inline(__always)
    mutating func markChanged(_ slot: Int) {
        let page = slot / Self.pageStates
        changedPages[page / 64] |= 1 &<< UInt64(page % 64)
    }
}
