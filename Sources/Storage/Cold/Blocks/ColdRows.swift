/// All that a cold block says of its rows.
struct ColdRows {
    let layout: ColdLayout
    let kinds: [UInt32]
    let times: [Int64]
    let sequences: [Int64]
    let sources: [Int64]
    let received: [Int64]
    let parts: [Int64]
    let bodies: [Int64]
    let places: [Int64]
    /// The row whose record each row has.
    let leaders: [UInt32]

    init(
        layout: ColdLayout, kinds: [UInt32], times: [Int64], sequences: [Int64], sources: [Int64], received: [Int64],
        parts: [Int64], bodies: [Int64], places: [Int64]
    ) {
        self.layout = layout
        self.kinds = kinds
        self.times = times
        self.sequences = sequences
        self.sources = sources
        self.received = received
        self.parts = parts
        self.bodies = bodies
        self.places = places
        var leaders: [UInt32] = []
        leaders.reserveCapacity(kinds.count)
        for (row, kind) in kinds.enumerated() {
            let sharesRecord = layout.kindList[Int(kind)].template == 0
            leaders.append(sharesRecord && row > 0 ? leaders[row - 1] : UInt32(truncatingIfNeeded: row))
        }
        self.leaders = leaders
    }
}
