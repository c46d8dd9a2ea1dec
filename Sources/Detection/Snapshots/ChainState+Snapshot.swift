extension ChainState {
    func write(to writer: inout SnapshotWriter) {
        writer.write(fired.count)
        for event in fired {
            writer.write(event.time)
            writer.write(event.sequence)
        }
        writer.write(supports.count)
        for support in supports {
            writer.write(support.anchor)
            writer.write(support.evidence.time)
            writer.write(support.evidence.mark.rawValue)
        }
        writer.write(Int64(compactionSize))
    }

    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        var fired: [FiringEvent] = []
        for _ in 0..<(try reader.count(size: 2)) {
            let time = try reader.integer()
            fired.append(FiringEvent(time: time, sequence: try reader.integer()))
        }
        var supports: [Support] = []
        for _ in 0..<(try reader.count(size: 3)) {
            let anchor = try reader.integer()
            let time = try reader.integer()
            let mark = EventMark(rawValue: try reader.unsigned())
            supports.append(Support(anchor: anchor, evidence: EvidenceMark(time: time, mark: mark)))
        }
        self.init(fired: fired, supports: supports, compactionSize: Int32(clamping: try reader.integer()))
    }
}
