// Hot path.

/// Knows which rule has the most groups, without looking at all of them each time.
struct TableSizes: Sendable {
    private(set) var largestPlace = 0
    /// At least the size of every other table when they were last looked at, and of those that have grown since; `.max` before
    /// that.
    private(set) var runnerUp = Int.max

    init() {}

    /// As saved: which one gives a group up must not change with a restart.
    init(largestPlace: Int, runnerUp: Int) {
        self.largestPlace = largestPlace
        self.runnerUp = runnerUp
    }

    /// The place of the table that has the most groups, or at most an eighth fewer than another one.
    ///
    /// All are looked at only after the largest has lost an eighth of its lead: constant amortised time while a table that is
    /// full of groups gives them up one by one.
    ///
    /// - Parameter grown: the table that a group was just added to. To be called whenever one is, while all are full.
    mutating func largest(_ tables: [WindowTable], grown: Int) -> Int {
        let size = tables[grown].liveGroups
        if grown != largestPlace, size > runnerUp { runnerUp = size }
        let isKnown = largestPlace < tables.count && runnerUp < .max
        if isKnown, tables[largestPlace].liveGroups >= runnerUp - runnerUp / 8 { return largestPlace }
        largestPlace = 0
        runnerUp = 0
        for place in tables.indices {
            if tables[place].liveGroups > tables[largestPlace].liveGroups {
                runnerUp = tables[largestPlace].liveGroups
                largestPlace = place
            } else if place != largestPlace {
                runnerUp = max(runnerUp, tables[place].liveGroups)
            }
        }
        return largestPlace
    }
}
