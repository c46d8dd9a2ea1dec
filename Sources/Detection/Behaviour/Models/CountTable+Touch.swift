// Hot path.

extension CountTable {
    /// How many entities are fetched at once: they and their hours fit into a processor's first cache.
    private static let touched = 64

    /// Has the memory of entities at hand when their events are added right after. Nothing else comes of it.
    ///
    /// An entity of a large table is three reads, each of which waits for the one before: its place, its state, its hours. Those
    /// of many entities do not wait for each other: side by side they take a tenth of the time.
    ///
    /// - Parameters:
    ///   - keys: of the next events, up to 64; further ones are left alone.
    ///   - bucket: of these events. The hours are read of those entities alone for which it is not the open one.
    public mutating func touch(_ keys: Span<UInt64>, bucket: UInt32) {
        guard count > 0 else { return }
        let number = min(keys.count, Self.touched)
        var slots = InlineArray<64, UInt32>(repeating: 0)
        // What is read has to go somewhere, or it would not be read.
        var sum: UInt64 = 0
        for place in 0..<number { sum &+= UInt64(index.first(keys[place])) }
        for place in 0..<number {
            let slot = index.candidate(keys[place])
            slots[place] = UInt32(truncatingIfNeeded: slot < count ? max(slot, 0) : 0)
            sum &+= UInt64(lines.base[Int(slots[place])].cellPlace)
        }
        for place in 0..<number {
            let line = lines.base + Int(slots[place])
            guard line.pointee.state.bucket != bucket, let cells = cells(of: line) else { continue }
            sum &+= SeasonCellsPlace(cells).touch()
        }
        touchedSum = sum
    }
}
