// Hot path.

/// Slots by the time at which something is due for them, in buckets: nothing is ever searched or sorted.
///
/// A slot is in exactly one bucket. When its time moves on it stays where it is; when its bucket is due, the owner looks whether
/// the slot is, and puts it into a later bucket if not.
struct ExpiryWheel: Sendable {
    static let bucketCount = 256
    private var heads: [UInt32] = []
    /// Microseconds a bucket.
    let width: Int64
    /// The number (time / width) of the earliest bucket that is not due yet.
    private(set) var cursor = Int64.min
    private(set) var count = 0
    /// The number of the earliest bucket that may hold a slot.
    private var earliest = Int64.max

    /// A wheel for deadlines up to `horizon` microseconds after the watermark; later ones are looked at early and put back.
    init(horizon: Int64) {
        // A quarter of the wheel: what is due is seen at a sixty-fourth of the horizon after its time.
        width = max(1, horizon / Int64(Self.bucketCount / 4))
    }

    init(width: Int64) { self.width = width }

    /// Whether more than a turn of the wheel is due.
    func isBehind(_ watermark: Int64) -> Bool { count > 0 && bucket(watermark) - Int64(Self.bucketCount) > earliest }

    /// Whether the buckets due already lie more than a horizon after `watermark`: what is filed then would wait too long.
    func isAhead(of watermark: Int64) -> Bool { cursor > bucket(watermark) + Int64(Self.bucketCount / 4) }

    /// The watermark at which the next bucket is due; `.max` when there is none.
    var nextDue: Int64 {
        if count == 0 { return .max }
        let (product, overflow) = (earliest + 1).multipliedReportingOverflow(by: width)
        return overflow ? .max : product
    }

    private func bucket(_ time: Int64) -> Int64 {
        let quotient = time / width
        return time % width < 0 ? quotient - 1 : quotient
    }

    /// Puts a slot in. Returns the `next` to store in it.
    mutating func link(_ slot: UInt32, deadline: Int64, watermark: Int64) -> UInt32 {
        if heads.isEmpty { heads = [UInt32](repeating: GroupSlot.none, count: Self.bucketCount) }
        if count == 0 {
            cursor = max(cursor, bucket(watermark))
            earliest = cursor
        }
        advanceEarliest()
        // Within one turn of the earliest bucket still filled, or two times would share a place.
        return link(slot, bucket: min(max(bucket(deadline), cursor), earliest + Int64(Self.bucketCount - 1)))
    }

    /// Puts a slot into a bucket by its number, as saved.
    mutating func link(_ slot: UInt32, bucket number: Int64) -> UInt32 {
        let place = Int(number & Int64(Self.bucketCount - 1))
        let next = heads[place]
        heads[place] = slot
        count += 1
        earliest = min(earliest, number)
        return next
    }

    /// Takes one slot out of the earliest bucket: the group that was idle for longest, in event time. Nil if there is none.
    mutating func popEarliest(_ slots: [GroupSlot]) -> UInt32? {
        if count == 0 { return nil }
        advanceEarliest()
        return pop(bucket: earliest, slots)
    }

    /// Whether `deadline` belongs in a later bucket than the earliest one.
    func isLater(_ deadline: Int64) -> Bool { count > 0 && bucket(deadline) > earliest }

    /// Takes one slot out of the buckets that are due at `watermark`; nil when there are no more. What is linked meanwhile goes
    /// into buckets that are not due.
    mutating func popDue(watermark: Int64, _ slots: [GroupSlot]) -> UInt32? {
        let now = bucket(watermark)
        cursor = max(cursor, now)
        if count == 0 { return nil }
        advanceEarliest()
        return earliest < now ? pop(bucket: earliest, slots) : nil
    }

    private mutating func advanceEarliest() {
        if count == 0 { return }
        // All slots are within one turn of the wheel, so the walk ends within one turn as well.
        while heads[Int(earliest & Int64(Self.bucketCount - 1))] == GroupSlot.none { earliest += 1 }
    }

    private mutating func pop(bucket number: Int64, _ slots: [GroupSlot]) -> UInt32? {
        let place = Int(number & Int64(Self.bucketCount - 1))
        let slot = heads[place]
        heads[place] = slots[Int(slot)].next
        count -= 1
        if count == 0 { earliest = .max }
        return slot
    }

    /// Every bucket that holds slots: its number, and the slots in their order, for a snapshot.
    func buckets(_ slots: [GroupSlot]) -> [(number: Int64, slots: [UInt32])] {
        if count == 0 { return [] }
        var found: [(number: Int64, slots: [UInt32])] = []
        for number in earliest..<(earliest + Int64(Self.bucketCount)) {
            var members: [UInt32] = []
            var slot = heads[Int(number & Int64(Self.bucketCount - 1))]
            while slot != GroupSlot.none {
                members.append(slot)
                slot = slots[Int(slot)].next
            }
            if !members.isEmpty { found.append((number, members)) }
        }
        return found
    }

    /// An empty wheel at a saved position.
    mutating func restore(cursor: Int64) {
        self.cursor = cursor
        if heads.isEmpty { heads = [UInt32](repeating: GroupSlot.none, count: Self.bucketCount) }
    }
}
