import EventModel

// Unsafe: `ends` has `count` entries that do not decrease, the last at most `bytes.count`.

/// Values one behind the other.
struct ValueSource {
    let bytes: UnsafeMutableRawPointer
    let ends: UnsafePointer<UInt32>
    let count: Int

    @inline(__always)
    subscript(index: Int) -> UnsafeRawBufferPointer {
        let start = index == 0 ? 0 : Int(ends[index - 1])
        return UnsafeRawBufferPointer(start: bytes + start, count: Int(ends[index]) - start)
    }

    /// The bytes that all values begin with, and those that all end with, which do not overlap.
    var commonEnds: (head: Int, tail: Int) {
        guard count > 0 else { return (0, 0) }
        let first = self[0]
        var head = first.count
        var tail = first.count
        var shortest = first.count
        for index in 1..<max(count, 1) {
            let value = self[index]
            shortest = min(shortest, value.count)
            head = min(head, value.count)
            tail = min(tail, value.count)
            var place = 0
            while place < head, value[place] == first[place] { place += 1 }
            head = place
            place = 0
            while place < tail, value[value.count - 1 - place] == first[first.count - 1 - place] { place += 1 }
            tail = place
            if head == 0 && tail == 0 { break }
        }
        head = min(head, shortest)
        return (head, min(tail, shortest - head))
    }

    /// One quote in front and one behind, if all values are strings of JSON; else nothing.
    var quotes: (head: Int, tail: Int) {
        for index in 0..<count {
            let value = self[index]
            guard value.count >= 2, value[0] == UInt8(ascii: "\""), value[value.count - 1] == UInt8(ascii: "\"") else {
                return (0, 0)
            }
        }
        return (1, 1)
    }
}
