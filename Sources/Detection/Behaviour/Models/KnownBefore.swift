// Hot path.

/// Remembers which keys were there once, in 16 bits each: a cuckoo filter (Fan et al., 2014) in two generations.
///
/// What was put in is found for one to two lifetimes of a generation; what was not is found in one of 8,000 cases or fewer. A key
/// that finds no place is given up, and counted.
package struct KnownBefore: Sendable, Equatable {
    private static let ways = 4
    private static let mostKicks = 128

    /// Present generation, then the previous one; 0 is an empty place.
    private(set) var generations: [[UInt16]] = [[], []]
    private(set) var rotatedAt: UInt32
    package private(set) var givenUp = 0
    private var kick: UInt32 = 0
    private var changed: Set<Int> = []
    private var areAllChanged = false
    let places: Int

    /// - Parameter capacity: keys a generation should hold.
    package init(capacity: Int, bucket: UInt32) {
        var places = 64
        while places * 19 / 20 < capacity, places < 1 << 28 { places *= 2 }
        self.places = places
        rotatedAt = bucket
    }

    package var isEmpty: Bool { generations[0].isEmpty && generations[1].isEmpty }

    /// Forgets what is older than a generation's lifetime, in buckets.
    package mutating func rotate(_ bucket: UInt32, lifetime: UInt32) {
        guard bucket > rotatedAt, bucket - rotatedAt >= lifetime else { return }
        if !isEmpty { areAllChanged = true }
        generations[1] = bucket - rotatedAt >= 2 &* lifetime ? [] : generations[0]
        generations[0] = []
        rotatedAt = bucket
    }

    package func contains(_ key: UInt64) -> Bool {
        generations.contains { !$0.isEmpty && find(key, $0) }
    }

    private func find(_ key: UInt64, _ table: [UInt16]) -> Bool {
        let print = Self.fingerprint(key)
        let first = home(key)
        let second = other(first, print)
        for way in 0..<Self.ways where table[first + way] == print || table[second + way] == print { return true }
        return false
    }

    package mutating func insert(_ key: UInt64) {
        if generations[0].isEmpty {
            generations[0] = [UInt16](repeating: 0, count: places)
            areAllChanged = true
        }
        if find(key, generations[0]) { return }
        var print = Self.fingerprint(key)
        var group = home(key)
        if put(print, group) { return }
        group = other(group, print)
        for _ in 0..<Self.mostKicks {
            if put(print, group) { return }
            // Which one has to move changes from kick to kick, the same way each time the filter is built.
            kick = kick &* 1_664_525 &+ 1_013_904_223
            let way = Int(kick &>> 30)
            swap(&print, &generations[0][group + way])
            changed.insert(group / pagePlaces)
            group = other(group, print)
        }
        givenUp += 1
    }

    private mutating func put(_ print: UInt16, _ group: Int) -> Bool {
        for way in 0..<Self.ways where generations[0][group + way] == 0 {
            generations[0][group + way] = print
            changed.insert(group / pagePlaces)
            return true
        }
        return false
    }

    private static func fingerprint(_ key: UInt64) -> UInt16 {
        let print = UInt16(truncatingIfNeeded: key &>> 48)
        return print == 0 ? 1 : print
    }

    /// First place of a group of four.
    private func home(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) &>> 20) & (places - Self.ways)
    }

    private func other(_ group: Int, _ print: UInt16) -> Int {
        let mixed = Int(truncatingIfNeeded: (UInt64(print) &* 0xc6a4_a793_5bd1_e995) &>> 16)
        return (group ^ mixed) & (places - Self.ways)
    }

    // MARK: Pages

    private var pagePlaces: Int { min(2_048, places) }
    var pageCount: Int { 2 * places / pagePlaces }

    /// Numbers of the pages that changed since the last call.
    mutating func takeChangedPages() -> [Int] {
        let pages = areAllChanged ? Array(0..<pageCount) : changed.sorted()
        areAllChanged = false
        changed.removeAll()
        return pages
    }

    /// A page's places; nothing for one of a generation that is empty.
    func write(page: Int, to writer: inout SnapshotWriter) {
        let generation = generations[page * pagePlaces / places]
        writer.write(!generation.isEmpty)
        if generation.isEmpty { return }
        let start = page * pagePlaces % places
        for place in stride(from: start, to: start + pagePlaces, by: Self.ways) {
            var word: UInt64 = 0
            for way in 0..<Self.ways { word |= UInt64(generation[place + way]) &<< UInt64(16 * way) }
            writer.writeFixed(word)
        }
    }

    mutating func read(page: Int, from reader: inout SnapshotReader) throws(SnapshotError) {
        let number = page * pagePlaces / places
        guard try reader.boolean() else { return }
        if generations[number].isEmpty { generations[number] = [UInt16](repeating: 0, count: places) }
        let start = page * pagePlaces % places
        for place in stride(from: start, to: start + pagePlaces, by: Self.ways) {
            let word = try reader.fixed()
            for way in 0..<Self.ways {
                generations[number][place + way] = UInt16(truncatingIfNeeded: word &>> UInt64(16 * way))
            }
        }
    }

    /// What is not in its pages.
    func writeState(to writer: inout SnapshotWriter) {
        writer.write(Int(rotatedAt))
        writer.write(Int(kick))
        writer.write(givenUp)
    }

    mutating func readState(from reader: inout SnapshotReader) throws(SnapshotError) {
        rotatedAt = UInt32(try reader.bounded(0...Int64(UInt32.max)))
        kick = UInt32(try reader.bounded(0...Int64(UInt32.max)))
        givenUp = try reader.bounded(0...(1 << 60))
    }
}
