import EventModel

extension HeldEvent {
    func write(to writer: inout SnapshotWriter) {
        writer.write(UInt64(match.steps))
        writer.write(Int(match.step))
        writer.write(match.time.microseconds)
        writer.write(match.sequence)
        writer.write(match.clock.microseconds)
        writer.write(match.group)
        writer.writeFixed(match.value)
        writer.write(match.countsEvent)
        writer.write(text)
    }

    init(from reader: inout SnapshotReader, bucket: Int64, in table: BehaviourTable) throws(SnapshotError) {
        try self.init(from: &reader, bucket: bucket, entity: 0)
        entity = table.keys.entity(of: text)
        peers = table.keys.peers(of: text)
    }

    init(from reader: inout SnapshotReader, bucket: Int64, entity: UInt64) throws(SnapshotError) {
        let steps = try reader.unsigned()
        let step = UInt32(clamping: try reader.integer())
        let time = Timestamp(microseconds: try reader.integer())
        let sequence = try reader.integer()
        let clock = Timestamp(microseconds: try reader.integer())
        let group = try reader.key()
        let value = try reader.fixed()
        let countsEvent = try reader.boolean()
        // The rule's place may be another by now: it is set when the event is handed on.
        let match = MatchedEvent(
            rule: 0, steps: steps, step: step, time: time, sequence: sequence, clock: clock, group: group, textStart: 0,
            textEnd: 0, value: value, countsEvent: countsEvent)
        self.init(match: match, text: try reader.text(), entity: entity, peers: nil, bucket: bucket)
    }
}

extension Anomaly {
    func write(to writer: inout SnapshotWriter) {
        for text in [kind, subject, sentence] { writer.write(Array(text.utf8)) }
        for number in [observed, score, threshold] { writer.writeFixed(number.bitPattern) }
        for number in [usual, record] {
            writer.write(number != nil)
            writer.writeFixed((number ?? 0).bitPattern)
        }
        for time in [recordSince, knownSince] {
            writer.write(time != nil)
            writer.write((time ?? .distantPast).microseconds)
        }
        writer.write(start.microseconds)
        writer.write(end.microseconds)
    }

    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        func text(_ reader: inout SnapshotReader) throws(SnapshotError) -> String {
            String(decoding: try reader.text(), as: UTF8.self)
        }
        func number(_ reader: inout SnapshotReader) throws(SnapshotError) -> Double? {
            let isThere = try reader.boolean()
            let number = try reader.number()
            return isThere ? number : nil
        }
        func time(_ reader: inout SnapshotReader) throws(SnapshotError) -> Timestamp? {
            let isThere = try reader.boolean()
            let time = Timestamp(microseconds: try reader.integer())
            return isThere ? time : nil
        }
        let (kind, subject, sentence) = (try text(&reader), try text(&reader), try text(&reader))
        let (observed, score, threshold) = (try reader.number(), try reader.number(), try reader.number())
        let (usual, record) = (try number(&reader), try number(&reader))
        let (recordSince, knownSince) = (try time(&reader), try time(&reader))
        let start = Timestamp(microseconds: try reader.integer())
        self.init(
            kind: kind, subject: subject, observed: observed, usual: usual, record: record, recordSince: recordSince,
            knownSince: knownSince, start: start, end: Timestamp(microseconds: try reader.integer()), score: score,
            threshold: threshold, sentence: sentence)
    }
}
