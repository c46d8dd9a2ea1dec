import EventModel

/// A block of the store, as it is listed.
enum StoreEntry {
    case hot(BlockSource.Entry)
    case cold(ColdEntry)

    var minTime: Timestamp {
        switch self {
        case .hot(let entry): entry.minTime
        case .cold(let entry): entry.minTime
        }
    }

    var maxTime: Timestamp {
        switch self {
        case .hot(let entry): entry.maxTime
        case .cold(let entry): entry.maxTime
        }
    }

    var firstSequence: Int64 {
        switch self {
        case .hot(let entry): entry.firstSequence
        case .cold(let entry): entry.firstSequence
        }
    }

    /// Before (or behind) which time none of its events is.
    func bound(_ order: SearchRequest.Order) -> Timestamp {
        switch order {
        case .newestFirst: maxTime
        case .oldestFirst: minTime
        }
    }

    /// What would be the first of its events, if it had an event at its bound.
    func first(_ order: SearchRequest.Order) -> (time: Timestamp, sequence: Int64) {
        (bound(order), order == .newestFirst ? .max : .min)
    }

    /// Which of so many readers has it.
    func owner(of readers: Int) -> Int {
        let number =
            switch self {
            case .hot(let entry): entry.firstSequence
            case .cold(let entry): entry.id
            }
        return Int(number.magnitude % UInt64(readers))
    }

    var count: Int {
        switch self {
        case .hot(let entry): entry.count
        case .cold(let entry): entry.count
        }
    }

    /// The numbers that its events can have.
    var numbers: ClosedRange<Int64> {
        switch self {
        case .hot(let entry): entry.firstSequence...max(entry.firstSequence, entry.firstSequence + Int64(entry.count) - 1)
        case .cold(let entry): entry.firstSequence...max(entry.firstSequence, entry.lastSequence)
        }
    }
}
