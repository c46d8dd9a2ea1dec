extension Suppressors {
    /// In the order of their ids, so that equal states have equal bytes.
    func write(to writer: inout SnapshotWriter) {
        writer.write(members.count)
        for (uid, suppressor) in members.sorted(by: { ($0.key.high, $0.key.low) < ($1.key.high, $1.key.low) }) {
            writer.write(uid)
            writer.write(suppressor.key)
            writer.write(latest[suppressor.key] == uid)
            writer.write(suppressor.group)
            writer.write(suppressor.first)
            writer.write(suppressor.end)
            writer.write(suppressor.ended != nil)
            suppressor.ended?.write(to: &writer)
        }
    }

    mutating func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        for _ in 0..<(try reader.count(size: 52)) {
            let uid = try reader.key()
            let key = try reader.key()
            let isLatest = try reader.boolean()
            let group = try reader.key()
            let first = try reader.integer()
            let end = try reader.integer()
            let ended = try reader.boolean() ? try Episode(from: &reader) : nil
            restore(
                Suppressor(key: key, group: group, first: first, end: end, ended: ended), uid: uid, isLatest: isLatest)
        }
    }
}
