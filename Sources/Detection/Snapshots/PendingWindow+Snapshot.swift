extension PendingWindow {
    func write(to writer: inout SnapshotWriter) {
        writer.write(events.count)
        for event in events {
            writer.write(event.time)
            writer.write(event.mark.rawValue)
            writer.writeFixed(event.detail)
            writer.write(event.ready)
            writer.write(event.isDecided)
        }
        writer.write(lastDecided)
        writer.write(Int64(compactionSize))
    }

    init(from reader: inout SnapshotReader, _ rule: WindowParameters) throws(SnapshotError) {
        let start = reader.offset
        var events: [PendingEvent] = []
        for _ in 0..<(try reader.count(size: 12)) {
            let time = try reader.integer()
            let mark = EventMark(rawValue: try reader.unsigned())
            let detail = try reader.fixed()
            let ready = try reader.integer()
            events.append(
                PendingEvent(time: time, mark: mark, detail: detail, ready: ready, isDecided: try reader.boolean()))
        }
        let lastDecided = try reader.integer()
        guard rule.isDeferred, rule.number == nil || events.allSatisfy({ Double(bitPattern: $0.detail).isFinite }) else {
            throw .malformed(offset: start)
        }
        self.init(events: events, lastDecided: lastDecided, compactionSize: Int32(clamping: try reader.integer()))
    }
}
