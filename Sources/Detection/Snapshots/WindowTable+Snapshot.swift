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
                let hasState = slot.state != GroupSlot.none
                writer.write(hasState)
                if hasState {
                    states[Int(slot.state)].write(to: &writer)
                } else {
                    writer.write(slot.time)
                    writer.write(slot.mark.rawValue)
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
                var slot = GroupSlot(
                    key: key, time: 0, mark: EventMark(rawValue: 0), next: GroupSlot.none, state: GroupSlot.none)
                var state: GroupState?
                if try reader.boolean() {
                    state = try GroupState(from: &reader, parameters)
                } else {
                    slot.time = try reader.integer()
                    slot.mark = EventMark(rawValue: try reader.unsigned())
                }
                restore(slot, state, bucket: isSameWheel ? bucket : nil, watermark: watermark)
            }
        }
    }
}
