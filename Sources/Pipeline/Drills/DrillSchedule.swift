import EventModel
public import LocatedYAML

/// `drills:`, which scenarios there are, and when they are run.
public struct DrillSchedule: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        /// The scenario's name.
        public var scenario: String
        /// Microseconds from one start to the next.
        public var every: Int64
        /// The name of the source to go through; nil: as `DrillDoors` chooses.
        public var source: String?
        public var location: SourceLocation

        /// - Parameter last: when it was started last; nil: never.
        func isDue(last: Timestamp?, now: Timestamp) -> Bool {
            guard let last else { return true }
            // A clock that was set back by more would have it wait for as long.
            return now - last >= every || last - now > every
        }
    }

    /// The folder of the scenarios.
    public var folder: String
    public var entries: [Entry] = []

    public init(folder: String) { self.folder = folder }
}
