// Hot path.

/// Distinct values in order of their last occurrence: constant amortised time to touch one and to drop those that are too old.
struct RecencyTable: Sendable, Equatable {
    private struct Entry: Sendable, Equatable {
        var value: UInt64
        var time: Int64
        var previous: Int32
        var next: Int32
    }

    /// Up to here a search through the entries is as fast as a dictionary, and smaller.
    private static let searchedCount = 12

    private var entries: [Entry] = []
    private var free: [Int32] = []
    private var places: [UInt64: Int32] = [:]
    private var oldest: Int32 = -1
    private var newest: Int32 = -1
    private(set) var count = 0

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        free.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        oldest = -1
        newest = -1
        count = 0
    }

    /// Drops the values last seen before `time`.
    mutating func expire(before time: Int64) {
        while oldest >= 0, entries[Int(oldest)].time < time {
            let place = oldest
            unlink(place)
            if !places.isEmpty { places[entries[Int(place)].value] = nil }
            free.append(place)
            count -= 1
        }
    }

    /// Notes an occurrence of `value` at `time`, which is not before any other noted one.
    mutating func touch(_ value: UInt64, at time: Int64) {
        if let place = find(value) {
            entries[Int(place)].time = time
            if place == newest { return }
            unlink(place)
            link(place)
            return
        }
        let place: Int32
        if let reused = free.popLast() {
            place = reused
            entries[Int(place)] = Entry(value: value, time: time, previous: -1, next: -1)
        } else {
            place = Int32(entries.count)
            entries.append(Entry(value: value, time: time, previous: -1, next: -1))
        }
        link(place)
        count += 1
        if !places.isEmpty {
            places[value] = place
        } else if count > Self.searchedCount {
            var walk = oldest
            while walk >= 0 {
                places[entries[Int(walk)].value] = walk
                walk = entries[Int(walk)].next
            }
        }
    }

    private func find(_ value: UInt64) -> Int32? {
        if !places.isEmpty { return places[value] }
        var walk = newest
        while walk >= 0 {
            if entries[Int(walk)].value == value { return walk }
            walk = entries[Int(walk)].previous
        }
        return nil
    }

    private mutating func unlink(_ place: Int32) {
        let entry = entries[Int(place)]
        if entry.previous >= 0 { entries[Int(entry.previous)].next = entry.next } else { oldest = entry.next }
        if entry.next >= 0 { entries[Int(entry.next)].previous = entry.previous } else { newest = entry.previous }
    }

    private mutating func link(_ place: Int32) {
        entries[Int(place)].previous = newest
        entries[Int(place)].next = -1
        if newest >= 0 { entries[Int(newest)].next = place } else { oldest = place }
        newest = place
    }
}
