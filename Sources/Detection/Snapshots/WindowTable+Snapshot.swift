extension WindowTable {
    /// Statistics, the wheel's geometry, then its buckets with their groups, last to first, so that adding them to the front
    /// one by one gives the same order.
    func write(to writer: inout SnapshotWriter) {
        for count in [
            statistics.matches, statistics.late, statistics.missingGroupValue, statistics.nonNumericValues,
            statistics.givenUpEvents, statistics.evictions, statistics.findings,
            statistics.suppressedFindings,
        ] {
            writer.write(count)
        }
        suppressors.write(to: &writer)
        writer.write(wheel.width)
        writer.write(wheel.cursor)
        let buckets = wheel.buckets(slots)
        writer.write(buckets.count)
        for bucket in buckets {
            writer.write(bucket.number)
            writer.write(bucket.slots.count)
            for number in bucket.slots.reversed() {
                let slot = slots[Int(number)]
                writer.write(slot.key)
                if let state = slot.statePlace {
                    writer.write(0)
                    states[state].write(to: &writer)
                } else {
                    var events: [RetainedEvent] = []
                    runs.load(slot, into: &events)
                    writer.write(events.count)
                    for event in events { event.write(to: &writer) }
                }
            }
        }
    }

    mutating func read(from reader: inout SnapshotReader, watermark: Int64) throws(SnapshotError) {
        statistics.matches = Int(try reader.integer())
        statistics.late = Int(try reader.integer())
        statistics.missingGroupValue = Int(try reader.integer())
        statistics.nonNumericValues = Int(try reader.integer())
        statistics.givenUpEvents = Int(try reader.integer())
        statistics.evictions = Int(try reader.integer())
        statistics.findings = Int(try reader.integer())
        statistics.suppressedFindings = Int(try reader.integer())
        try suppressors.read(from: &reader)
        let width = try reader.integer()
        let cursor = try reader.integer()
        // With another lateness the buckets are others; the groups are then filed anew.
        let isSameWheel = width == wheel.width
        if isSameWheel { restore(cursor: cursor) }
        for _ in 0..<(try reader.count()) {
            let bucket = try reader.integer()
            for _ in 0..<(try reader.count(size: 17)) {
                let key = try reader.key()
                let start = reader.offset
                let count = try reader.count(size: 10)
                guard count <= runs.maximumEvents else { throw .malformed(offset: start) }
                var events: [RetainedEvent] = []
                for _ in 0..<count {
                    let event = try RetainedEvent(from: &reader)
                    guard event.mark.rawValue != 0, events.last.map({ $0 < event }) ?? true else {
                        throw .malformed(offset: start)
                    }
                    events.append(event)
                }
                let state = events.isEmpty ? try GroupState(from: &reader, parameters) : nil
                restore(key, events, state, bucket: isSameWheel ? bucket : nil, watermark: watermark)
            }
        }
    }
}
