public import EventModel

/// What was wrong with a store, what was lost of it, and what was done.
public struct RepairReport: Sendable, Equatable {
    /// Events that could not be saved.
    public struct Loss: Sendable, Equatable, CustomStringConvertible {
        /// Where they were: `siem.db`, or the name of a partition.
        public var file: String
        public var reason: String
        public var events: Int
        /// The first and the last of their numbers. Of a cold block, not all numbers between are its own.
        public var numbers: ClosedRange<Int64>
        /// The span of event time; nil if it is not known.
        public var times: ClosedRange<Timestamp>?
        /// Of which products they can be; empty if that is not known.
        public var products: [String] = []
        /// Events of the same block that were saved.
        public var saved = 0

        public var description: String {
            var text = "\(file): \(events) events lost, numbers \(numbers.lowerBound) to \(numbers.upperBound)"
            if let times { text += ", of \(RFC3339.format(times.lowerBound)) to \(RFC3339.format(times.upperBound))" }
            if !products.isEmpty { text += ", \(products.joined(separator: ", "))" }
            if saved > 0 { text += "; \(saved) of its block saved" }
            return text + ": \(reason)"
        }
    }

    /// Nothing was changed.
    public var isDryRun: Bool
    /// In the order in which they were found.
    public var losses: [Loss] = []
    /// What else was wrong, and what that means: a line each.
    public var notes: [String] = []
    /// Files that were written anew, by their new names.
    public var rewritten: [String] = []
    /// The folder that has what was replaced; nil if nothing was.
    public var kept: String?

    /// How many events there were is known: if `siem.db` lost that, there may have been others, which were not compacted yet.
    public var isCountKnown = true

    /// Events that are known to be lost.
    public var lostEvents: Int { losses.reduce(0) { $0 + $1.events } }
    /// Whether there was nothing to do.
    public var isSound: Bool { losses.isEmpty && notes.isEmpty && rewritten.isEmpty }

    init(isDryRun: Bool) { self.isDryRun = isDryRun }
}
