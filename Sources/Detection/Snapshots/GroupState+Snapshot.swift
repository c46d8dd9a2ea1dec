extension GroupState {
    func write(to writer: inout SnapshotWriter) {
        writer.write(episodes.count)
        for episode in episodes { episode.write(to: &writer) }
        writer.write(window.events.count)
        for event in window.events { event.write(to: &writer) }
        writer.write(window.settledRuns.count)
        for start in window.settledRuns { writer.write(start) }
        writer.write(Int64(window.compactionSize))
        writer.write(!chains.isEmpty)
        if !chains.isEmpty { chains[0].write(to: &writer) }
        writer.write(wakeTime)
        writer.write(!pending.isEmpty)
        if !pending.isEmpty { pending[0].write(to: &writer) }
    }

    init(from reader: inout SnapshotReader, _ rule: WindowParameters) throws(SnapshotError) {
        var episodes: [Episode] = []
        for _ in 0..<(try reader.count()) { episodes.append(try Episode(from: &reader)) }
        var events: [RetainedEvent] = []
        for _ in 0..<(try reader.count(size: 10)) {
            events.append(try RetainedEvent(from: &reader))
        }
        let start = reader.offset
        var settled: [Int64] = []
        for _ in 0..<(try reader.count()) { settled.append(try reader.integer()) }
        guard settled.isEmpty || settled.count == rule.threshold * rule.stepCount else { throw .malformed(offset: start) }
        if rule.kind == .temporal || rule.kind == .temporalOrdered {
            let steps = rule.stepCount >= 64 ? UInt64.max : 1 &<< UInt64(rule.stepCount) &- 1
            guard events.allSatisfy({ $0.detail & ~steps == 0 }) else { throw .malformed(offset: start) }
        }
        let compactionSize = Int32(clamping: try reader.integer())
        let chains = try reader.boolean() ? [try ChainState(from: &reader)] : []
        let wakeTime = try reader.integer()
        self.init(
            episodes: episodes,
            window: WindowState(events: events, settled: settled, compactionSize: compactionSize, rule), chains: chains,
            pending: try reader.boolean() ? [try PendingWindow(from: &reader, rule)] : [])
        self.wakeTime = wakeTime
    }
}
