package import EventModel

// Hot path. Unsafe: a table's `slots` is valid for `mask + 1` keys, all initialised.

/// The keys of the events stored last, for de-duplication: two generations of an open-addressing table, 32 bytes a key.
///
/// A key is put into the young generation; when that one is full, the old one is forgotten and the young one takes its place.
/// So at least half of `capacity` keys are known, and at most `capacity` between two commits.
package struct RecentKeys: ~Copyable {
    /// One generation. At most five eighths full, so that probes are short.
    private struct Table {
        let slots: UnsafeMutablePointer<EventKey>
        let mask: Int
        var count = 0

        init(holding keys: Int) {
            var size = 1_024
            while size / 8 * 5 < keys { size *= 2 }
            slots = .allocate(capacity: size)
            slots.initialize(repeating: .none, count: size)
            mask = size - 1
        }

        var room: Int { (mask + 1) / 8 * 5 - count }

        /// The slot of the key, or the free one where it belongs.
        @inline(__always)
        func place(of key: EventKey, _ hash: UInt64) -> Int {
            var place = Int(truncatingIfNeeded: hash) & mask
            while slots[place] != .none && slots[place] != key { place = (place + 1) & mask }
            return place
        }
    }

    private let generationCapacity: Int
    private let seed: UInt64
    private var young: Table
    private var old: Table
    /// Places of the young table that were taken since `begin`, for `rollBack`.
    private var journal: [Int32] = []

    package init(capacity: Int) {
        generationCapacity = max(capacity / 2, 512)
        seed = UInt64.random(in: .min ... .max) | 1
        young = Table(holding: 512)
        old = Table(holding: 512)
    }

    deinit {
        young.slots.deallocate()
        old.slots.deallocate()
    }

    /// Keys remembered.
    package var count: Int { young.count + old.count }
    /// Bytes of both tables.
    package var footprint: Int { (young.mask + old.mask + 2) * MemoryLayout<EventKey>.stride }

    /// Begins a commit of up to `additional` keys.
    package mutating func begin(_ additional: Int) {
        journal.removeAll(keepingCapacity: true)
        guard young.room < additional else { return }
        var larger = Table(holding: young.count + additional)
        for place in 0...young.mask where young.slots[place] != .none {
            let key = young.slots[place]
            larger.slots[larger.place(of: key, hash(key))] = key
        }
        larger.count = young.count
        young.slots.deallocate()
        young = larger
    }

    /// Remembers the key; false if it was known. `EventKey.none` is always new.
    @inline(__always)
    package mutating func insert(_ key: EventKey) -> Bool {
        if key == .none { return true }
        let hash = hash(key)
        let place = young.place(of: key, hash)
        if young.slots[place] == key || old.slots[old.place(of: key, hash)] == key { return false }
        young.slots[place] = key
        young.count += 1
        journal.append(Int32(truncatingIfNeeded: place))
        return true
    }

    /// Keeps what was inserted since `begin`.
    package mutating func commit() {
        journal.removeAll(keepingCapacity: true)
        guard young.count >= generationCapacity else { return }
        old.slots.deallocate()
        old = young
        young = Table(holding: generationCapacity)
    }

    /// Remembers the keys of a stored block: 16 bytes each, little-endian, the high word first.
    mutating func load(_ keys: UnsafeRawBufferPointer) {
        begin(keys.count / 16)
        for offset in stride(from: 0, to: keys.count - 15, by: 16) {
            _ = insert(
                EventKey(
                    high: UInt64(littleEndian: keys.loadUnaligned(fromByteOffset: offset, as: UInt64.self)),
                    low: UInt64(littleEndian: keys.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))))
        }
        commit()
    }

    /// Forgets what was inserted since `begin`. In reverse order no probe sequence is broken: nothing lies behind the last one.
    package mutating func rollBack() {
        for place in journal.reversed() { young.slots[Int(place)] = .none }
        young.count -= journal.count
        journal.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    private func hash(_ key: EventKey) -> UInt64 {
        let product = (key.low ^ seed).multipliedFullWidth(by: key.high ^ seed | 1)
        return product.high ^ product.low
    }
}
