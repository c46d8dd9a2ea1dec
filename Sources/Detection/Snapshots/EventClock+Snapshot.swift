import EventModel

extension EventClock {
    func write(to writer: inout SnapshotWriter) {
        writer.write(latest.microseconds)
        writer.write(watermark.microseconds)
        writer.write(newestReceipt.microseconds)
        writer.write(sources.count)
        for source in sources {
            writer.write(Array(source.name.utf8))
            writer.write(source.lateness)
            writer.write(source.latest.microseconds)
            writer.write(source.receivedAt.microseconds)
        }
    }

    init(from reader: inout SnapshotReader, lateness: Int64) throws(SnapshotError) {
        let latest = Timestamp(microseconds: try reader.integer())
        let watermark = Timestamp(microseconds: try reader.integer())
        let newestReceipt = Timestamp(microseconds: try reader.integer())
        var sources: [SourceClock] = []
        for _ in 0..<(try reader.count(size: 4)) {
            let name = String(decoding: try reader.text(), as: UTF8.self)
            let lateness = try reader.integer()
            let latest = Timestamp(microseconds: try reader.integer())
            sources.append(
                SourceClock(
                    name: name, lateness: lateness, latest: latest, receivedAt: Timestamp(microseconds: try reader.integer())))
        }
        self.init(
            lateness: lateness, latest: latest, watermark: watermark, sources: sources, newestReceipt: newestReceipt)
    }
}
