extension RetainedEvent {
    func write(to writer: inout SnapshotWriter) {
        writer.write(time)
        writer.write(mark.rawValue)
        writer.writeFixed(detail)
    }

    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        time = try reader.integer()
        mark = EventMark(rawValue: try reader.unsigned())
        detail = try reader.fixed()
    }
}
