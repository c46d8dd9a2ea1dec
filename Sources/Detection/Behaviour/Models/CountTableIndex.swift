// Hot path.

/// Finds an entity's place by its key: open addressing by groups of 16 places, a cache line each.
///
/// A place has the number of a state, and of the key as many bits as are left: whether a key is in a group is seen without a look
/// at any state, in a few vector instructions and without a jump that cannot be foreseen. Nearly always the first group has it.
struct CountTableIndex: Sendable {
    private typealias Quarter = SIMD4<UInt32>
    private static let groupPlaces = 16

    private var places = CountTableMemory<UInt32>(capacity: 0)
    private var groups = 0
    /// Where a key begins to be looked for differs from process to process, so that nobody can choose keys that meet.
    private let seed = UInt64.random(in: 0 ... .max) | 1
    private let mostPlaces: Int
    /// How many of a place's bits are the state's number and 1; 0 is an empty place. The others are the key's print.
    private let slotMask: UInt32

    /// - Parameter capacity: 1…16,000,000.
    init(capacity: Int) {
        mostPlaces = capacity * 4 / 3 + 1
        let bits = UInt32.bitWidth - UInt32(capacity).leadingZeroBitCount
        slotMask = ~0 &>> UInt32(UInt32.bitWidth - bits)
    }

    var bytes: Int { places.capacity * 4 }

    mutating func makeUnique() { places = places.copy(places.capacity) }

    /// The group in which a key is looked for first, and its print, shifted to its place.
    @inline(__always)
    private func home(_ key: UInt64) -> (group: Int, print: UInt32) {
        let (group, rest) = (key &* seed).multipliedFullWidth(by: UInt64(truncatingIfNeeded: groups))
        return (Int(truncatingIfNeeded: group), UInt32(truncatingIfNeeded: rest &>> 32) & ~slotMask)
    }

    /// Where the state of a key is, or -1.
    @inline(__always)
    func find(_ key: UInt64, in lines: UnsafePointer<CountTable.Line>, _ count: Int) -> Int {
        if groups == 0 { return -1 }
        let (group, print) = home(key)
        let slot = candidate(group, print)
        if slot >= 0, slot < count, lines[slot].state.key == key { return slot }
        return search(key, group, print, in: lines)
    }

    /// The one state of a group whose key has this print; -1 if there is none, and any number if there are several.
    @inline(__always)
    private func candidate(_ group: Int, _ print: UInt32) -> Int {
        let start = UnsafeRawPointer(places.base + group &* Self.groupPlaces)
        let (ignored, wanted) = (Quarter(repeating: ~slotMask), Quarter(repeating: print))
        @inline(__always)
        func matching(_ offset: Int) -> Quarter {
            let entries = start.load(fromByteOffset: offset, as: Quarter.self)
            let difference = (entries & ignored) ^ wanted
            // 1 if there is any difference, and 1 less a mask. In arithmetic, which becomes vector instructions where the
            // comparisons of vectors do not.
            let differs = (difference | (Quarter(repeating: 0) &- difference)) &>> Quarter(repeating: 31)
            return entries & (differs &- Quarter(repeating: 1))
        }
        let union = (matching(0) | matching(16)) | (matching(32) | matching(48))
        // An empty place may match, and does no harm: it has no bits.
        return Int((union.x | union.y | union.z | union.w) & slotMask) &- 1
    }

    /// The same of the first group of a key. Not checked.
    @inline(__always)
    func candidate(_ key: UInt64) -> Int {
        let (group, print) = home(key)
        return candidate(group, print)
    }

    /// The first place of a key's first group, so that it has been read.
    @inline(__always)
    func first(_ key: UInt64) -> UInt32 { places.base[home(key).group &* Self.groupPlaces] }

    /// What `find` does when the first group has no match, or has several.
    @inline(never)
    private func search(_ key: UInt64, _ home: Int, _ print: UInt32, in lines: UnsafePointer<CountTable.Line>) -> Int {
        var group = home
        while true {
            for place in 0..<Self.groupPlaces {
                let entry = places.base[group * Self.groupPlaces + place]
                if entry == 0 { return -1 }
                if entry & ~slotMask == print, lines[Int(entry & slotMask) - 1].state.key == key {
                    return Int(entry & slotMask) - 1
                }
            }
            group = next(group)
        }
    }

    /// Enters the state of a key that is not there yet. At most three quarters of the places are taken.
    ///
    /// - Parameter count: states, this one included. All before it are entered already.
    mutating func enter(_ key: UInt64, _ slot: Int, in lines: UnsafePointer<CountTable.Line>, _ count: Int) {
        if count * 4 > places.capacity * 3 {
            grow(to: places.capacity * 2)
            for other in 0..<count where other != slot { put(lines[other].state.key, other) }
        }
        put(key, slot)
    }

    /// Enters all states anew.
    mutating func enterAll(in lines: UnsafePointer<CountTable.Line>, _ count: Int) {
        grow(to: count * 4 / 3 + 1)
        for slot in 0..<count { put(lines[slot].state.key, slot) }
    }

    private mutating func grow(to wanted: Int) {
        groups = (min(max(16, wanted), max(16, mostPlaces)) + Self.groupPlaces - 1) / Self.groupPlaces
        places = CountTableMemory(capacity: groups * Self.groupPlaces)
    }

    /// The first empty place from the key's group on. Places of a group are taken from the front.
    private func put(_ key: UInt64, _ slot: Int) {
        var (group, print) = home(key)
        while true {
            for place in 0..<Self.groupPlaces where places.base[group * Self.groupPlaces + place] == 0 {
                places.base[group * Self.groupPlaces + place] = print | UInt32(slot + 1)
                return
            }
            group = next(group)
        }
    }

    /// Takes out the state of a key, which is there.
    mutating func remove(_ key: UInt64, _ slot: Int, in lines: UnsafePointer<CountTable.Line>) {
        var (group, print) = home(key)
        let entry = print | UInt32(slot + 1)
        while true {
            if let place = (0..<Self.groupPlaces).first(where: { places.base[group * Self.groupPlaces + $0] == entry }) {
                fill(group, place, in: lines)
                return
            }
            group = next(group)
        }
    }

    /// Fills a place that is to be empty with the last of its group; and if the group was full, so that others had to pass it,
    /// with one of those, whose place is to be filled then.
    private func fill(_ group: Int, _ place: Int, in lines: UnsafePointer<CountTable.Line>) {
        var (gap, gapPlace) = (group, place)
        while true {
            let last = gap * Self.groupPlaces + Self.groupPlaces - 1
            if places.base[last] == 0 { break }
            guard let (other, otherPlace) = passing(gap, in: lines) else { break }
            places.base[gap * Self.groupPlaces + gapPlace] = places.base[other * Self.groupPlaces + otherPlace]
            (gap, gapPlace) = (other, otherPlace)
        }
        let start = gap * Self.groupPlaces
        let taken = (0..<Self.groupPlaces).first { places.base[start + $0] == 0 } ?? Self.groupPlaces
        places.base[start + gapPlace] = places.base[start + taken - 1]
        places.base[start + taken - 1] = 0
    }

    /// An entry of a later group that has passed `gap`, which was full.
    private func passing(_ gap: Int, in lines: UnsafePointer<CountTable.Line>) -> (group: Int, place: Int)? {
        var group = next(gap)
        while group != gap {
            for place in 0..<Self.groupPlaces {
                let entry = places.base[group * Self.groupPlaces + place]
                // Nothing passes a group that is not full.
                if entry == 0 { return nil }
                let home = home(lines[Int(entry & slotMask) - 1].state.key).group
                // Distances go round the table's end.
                if distance(home, group) >= distance(gap, group) { return (group, place) }
            }
            group = next(group)
        }
        return nil
    }

    private func distance(_ from: Int, _ to: Int) -> Int { to >= from ? to - from : to + groups - from }

    @inline(__always)
    private func next(_ group: Int) -> Int { group + 1 == groups ? 0 : group + 1 }
}
