// Hot path.

/// The events of small groups: those before the latest one, which stands in the group's slot, and the details of all where a
/// mark alone does not tell them.
///
/// A run takes a block of 1, 2, 4, 8 or 16 words out of a pool of blocks of that size, so that a group of a few events costs the
/// words of these events and no allocation. Layout: where details are kept, the latest event's; then for each earlier event, in
/// time order, its time, its mark and, where kept, its detail. What is not used is zero, as no mark is (store numbers begin
/// at 1).
struct EventRuns: Sendable {
    /// The logarithm of the words of the largest block.
    private static let largestClass = 4
    /// Set in a `GroupSlot.state` that names a block; in the next three bits the block's class, the logarithm of its words; in
    /// the others its place in the pool.
    private static let flag: UInt32 = 1 << 31
    private static let placeBits = 28
    private static let placeMask: UInt32 = 1 << 28 - 1

    /// By class: the blocks' words.
    private var pools = [[UInt64]](repeating: [], count: largestClass + 1)
    /// By class: the first free block, which holds the place of the next in its first word.
    private var free = [UInt32](repeating: placeMask, count: largestClass + 1)
    let kind: FindingRule.Window
    /// Whether details are kept.
    private let hasDetails: Bool
    /// Words in front of the earlier events, and words of each.
    private let head: Int
    private let stride: Int
    /// How many events a group may have in all.
    let maximumEvents: Int

    init(kind: FindingRule.Window) {
        self.kind = kind
        hasDetails = kind == .valueCount
        head = hasDetails ? 1 : 0
        stride = hasDetails ? 3 : 2
        maximumEvents = (1 << Self.largestClass - head) / stride + 1
    }

    /// Whether a slot's `state` names a run.
    @inline(__always)
    static func isRun(_ state: UInt32) -> Bool { state & flag != 0 && state != GroupSlot.none }

    /// `RetainedEvent.detail` of an event whose mark tells it.
    @inline(__always)
    static func detail(of mark: EventMark, _ kind: FindingRule.Window) -> UInt64 {
        kind == .temporal || kind == .temporalOrdered ? 1 &<< UInt64(mark.step) : 0
    }

    /// A block's words in the pool of its class.
    private func words(of state: UInt32) -> (class: Int, range: Range<Int>) {
        let number = Int(state & ~Self.flag) >> Self.placeBits
        let start = Int(state & Self.placeMask) &<< number
        return (number, start..<start &+ 1 &<< number)
    }

    // MARK: Reading

    /// The number of a compact group's events.
    func count(_ slot: GroupSlot) -> Int {
        if slot.state == GroupSlot.none { return 1 }
        let (number, range) = words(of: slot.state)
        return pools[number].withUnsafeBufferPointer { pool in
            var count = 1
            var word = range.lowerBound + head
            while word + stride <= range.upperBound, pool[word + 1] != 0 {
                count += 1
                word += stride
            }
            return count
        }
    }

    /// Appends the events of a compact group to an empty array, in time order.
    func load(_ slot: GroupSlot, into events: inout [RetainedEvent]) {
        var latestDetail = Self.detail(of: slot.mark, kind)
        if slot.state != GroupSlot.none {
            let (number, range) = words(of: slot.state)
            pools[number].withUnsafeBufferPointer { pool in
                if hasDetails { latestDetail = pool[range.lowerBound] }
                var word = range.lowerBound + head
                while word + stride <= range.upperBound, pool[word + 1] != 0 {
                    let mark = EventMark(rawValue: pool[word + 1])
                    events.append(
                        RetainedEvent(
                            time: Int64(bitPattern: pool[word]), mark: mark,
                            detail: hasDetails ? pool[word + 2] : Self.detail(of: mark, kind)))
                    word += stride
                }
            }
        }
        events.append(RetainedEvent(time: slot.time, mark: slot.mark, detail: latestDetail))
    }

    /// A word of a slot's run, to have its memory at hand (`Correlator.touch`).
    @inline(__always)
    func touch(_ state: UInt32) -> UInt64 {
        if !Self.isRun(state) { return 0 }
        let (number, range) = words(of: state)
        return pools[number][range.lowerBound]
    }

    // MARK: Writing

    /// Makes `event` the only one of a compact group.
    mutating func set(_ event: RetainedEvent, in slot: inout GroupSlot) {
        release(&slot.state)
        slot.time = event.time
        slot.mark = event.mark
        if !hasDetails { return }
        slot.state = allocate(class: 0)
        pools[0][words(of: slot.state).range.lowerBound] = event.detail
    }

    /// Adds an event behind the `count` that a compact group has; fewer than `maximumEvents`.
    mutating func append(_ event: RetainedEvent, to slot: inout GroupSlot, count: Int) {
        let place = head + (count - 1) * stride
        if slot.state == GroupSlot.none || words(of: slot.state).range.count < place + stride { grow(&slot.state) }
        let (number, range) = words(of: slot.state)
        pools[number].withUnsafeMutableBufferPointer { pool in
            let word = range.lowerBound + place
            pool[word] = UInt64(bitPattern: slot.time)
            pool[word + 1] = slot.mark.rawValue
            if hasDetails {
                pool[word + 2] = pool[range.lowerBound]
                pool[range.lowerBound] = event.detail
            }
        }
        slot.time = event.time
        slot.mark = event.mark
    }

    /// Replaces a compact group's events by these, in time order; at least one, at most `maximumEvents`.
    mutating func store(_ events: [RetainedEvent], in slot: inout GroupSlot) {
        set(events[0], in: &slot)
        for place in 1..<events.count { append(events[place], to: &slot, count: place) }
    }

    // MARK: Blocks

    /// Moves a run to a block of the next class that holds an event more.
    private mutating func grow(_ state: inout UInt32) {
        guard state != GroupSlot.none else {
            state = allocate(class: 1)
            return
        }
        let (number, old) = words(of: state)
        // From a word that is a detail alone to one with an event.
        let larger = number == 0 ? 2 : number + 1
        let grown = allocate(class: larger)
        let start = words(of: grown).range.lowerBound
        for offset in 0..<old.count { pools[larger][start + offset] = pools[number][old.lowerBound + offset] }
        release(&state)
        state = grown
    }

    /// A block of zeros.
    private mutating func allocate(class number: Int) -> UInt32 {
        let place: UInt32
        if free[number] != Self.placeMask {
            place = free[number]
            let first = Int(place) << number
            free[number] = UInt32(truncatingIfNeeded: pools[number][first])
            pools[number][first] = 0
        } else {
            place = UInt32(pools[number].count >> number)
            pools[number].growByQuarter(for: 1 << number)
            for _ in 0..<1 << number { pools[number].append(0) }
        }
        return Self.flag | UInt32(number) << UInt32(Self.placeBits) | place
    }

    /// Frees the block that a state names, if it names one.
    mutating func release(_ state: inout UInt32) {
        if !Self.isRun(state) { return }
        let (number, range) = words(of: state)
        pools[number][range.lowerBound] = UInt64(free[number])
        for word in range.dropFirst() { pools[number][word] = 0 }
        free[number] = state & Self.placeMask
        state = GroupSlot.none
    }
}

extension Array {
    /// Makes room for `additional` elements by growing by a quarter: what a table of a million groups takes is mostly such
    /// arrays, and of one that doubles a quarter lies idle.
    mutating func growByQuarter(for additional: Int) {
        if count + additional > capacity { reserveCapacity(count + count / 4 + additional) }
    }
}
