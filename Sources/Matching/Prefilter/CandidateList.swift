// Hot path. Unsafe: `list` and `stamps` have room for `capacity` entries; an entry is added once an event, so `count` stays
// within it.

/// The entries to run for the event at hand, each once.
final class CandidateList {
    struct Candidate {
        var entry: UInt32
        /// Where its program starts.
        var start: Int32
    }

    private struct Counters {
        var generation: UInt32 = 0
        var count = 0
    }

    let capacity: Int
    private let list: UnsafeMutablePointer<Candidate>
    private let stamps: UnsafeMutablePointer<UInt32>
    private let counters: UnsafeMutablePointer<Counters>

    init(capacity: Int) {
        self.capacity = capacity
        list = .allocate(capacity: max(capacity, 1))
        stamps = .allocate(capacity: max(capacity, 1))
        stamps.initialize(repeating: 0, count: capacity)
        counters = .allocate(capacity: 1)
        counters.initialize(to: Counters())
    }

    deinit {
        list.deallocate()
        stamps.deallocate()
        counters.deallocate()
    }

    @inline(__always)
    func begin() {
        if counters.pointee.generation == .max {
            stamps.update(repeating: 0, count: capacity)
            counters.pointee.generation = 0
        }
        counters.pointee.generation &+= 1
        counters.pointee.count = 0
    }

    @inline(__always)
    func add(_ posting: EntryIndex.Posting) {
        if posting.isRepeated {
            let generation = counters.pointee.generation
            if stamps[Int(posting.entry)] == generation { return }
            stamps[Int(posting.entry)] = generation
        }
        list[counters.pointee.count] = Candidate(entry: posting.entry, start: posting.start)
        counters.pointee.count &+= 1
    }

    @inline(__always) var count: Int { counters.pointee.count }
    @inline(__always) subscript(position: Int) -> Candidate { list[position] }
}
