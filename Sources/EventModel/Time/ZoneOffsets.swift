/// How far local time is ahead of UTC, at any moment: a zone as a plain table, to be looked up in without a calendar.
public struct ZoneOffsets: Sendable, Equatable {
    /// From a moment on, another offset holds.
    public struct Transition: Sendable, Equatable {
        /// Seconds since 1970, UTC.
        public var at: Int64
        /// Seconds ahead of UTC from then on.
        public var offset: Int32

        public init(at: Int64, offset: Int32) {
            self.at = at
            self.offset = offset
        }
    }

    /// The offset before the first transition, in seconds.
    public let initial: Int32
    /// In order of time.
    public let transitions: [Transition]

    public static let utc = ZoneOffsets(fixed: 0)

    /// One offset for all times, in seconds ahead of UTC.
    public init(fixed offset: Int32) {
        initial = offset
        transitions = []
    }

    /// - Parameter transitions: in order of time.
    public init(initial: Int32, transitions: [Transition]) {
        self.initial = initial
        self.transitions = transitions
    }

    /// The offset in force at a moment, in seconds since 1970, UTC.
    public func offset(at moment: Int64) -> Int32 {
        let place = firstTransition { $0 > moment }
        return place == 0 ? initial : transitions[place - 1].offset
    }

    /// The offset by which a local time is read.
    ///
    /// Where clocks go back, a local time comes twice: the earlier of the two moments is meant, as long as the summer time lasts.
    /// Where they go forward, some local times never come: they are read by the offset before, so that they fall after the gap.
    /// (RFC 5545, section 3.3.5, reads them in the same two ways.)
    ///
    /// - Parameter local: seconds since 1970 as if the local time were UTC.
    @inline(__always)
    public func offset(ofLocal local: Int64) -> Int32 {
        if transitions.isEmpty { return initial }
        return offset(inTransitions: local)
    }

    private func offset(inTransitions local: Int64) -> Int32 {
        // Offsets differ by hours and transitions are weeks apart: all that can matter lies within a day of each side.
        var place = firstTransition { $0 > local - 86_400 }
        var offset = place == 0 ? initial : transitions[place - 1].offset
        while place < transitions.count {
            // The clock shows `at + offset` when it is changed: earlier local times are read by what held before.
            if local < transitions[place].at + Int64(offset) { return offset }
            let next = transitions[place].offset
            // A gap: not shown by any clock.
            if local < transitions[place].at + Int64(next) { return offset }
            offset = next
            place += 1
        }
        return offset
    }

    /// The place of the first transition whose time is as asked, all after it being so as well.
    private func firstTransition(where isAfter: (Int64) -> Bool) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if isAfter(transitions[middle].at) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
