import EventModel

/// The correlator's state as bytes: a format of its own, with a version and a checksum.
///
/// Layout: `PCS1`, version, clock, position, number of tables, then for each table its length and `WindowTable.write`; then the
/// rule with the most groups and how many the next one has (`TableSizes`); last the checksum. State of rules that changed or
/// vanished is skipped by its length.
extension Correlator {
    private static let magic = Array("PCS1".utf8)
    private static let version: UInt64 = 4

    /// The whole state, as of `through`. Take the changes first: what is open and was not taken is in it, to be taken from the
    /// restored correlator, but what has ended since the last taking is not.
    public func snapshot() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.write(Self.magic)
        writer.write(Self.version)
        clock.write(to: &writer)
        writer.write(through)
        let saved = tables.filter { $0.liveGroups > 0 || $0.statistics != RuleStatistics() }
        writer.write(saved.count)
        for table in saved {
            writer.write(Array(table.rule.summary.id.utf8))
            writer.write(Array(table.rule.fingerprint.utf8))
            var body = SnapshotWriter()
            table.write(to: &body)
            writer.write(body.bytes)
        }
        let isKnown = sizes.runnerUp < .max && sizes.largestPlace < tables.count
        writer.write(isKnown ? Array(tables[sizes.largestPlace].rule.summary.id.utf8) : [])
        writer.write(isKnown ? sizes.runnerUp : -1)
        writer.seal()
        return writer.bytes
    }

    /// A correlator that goes on from a snapshot. State of rules that changed since or are gone is dropped, new rules start
    /// empty; the lateness and limits may differ from the saved ones.
    public init(
        restoring snapshot: [UInt8], ruleSet: RuleSet, lateness: Int64, limits: CorrelatorLimits = CorrelatorLimits()
    ) throws(SnapshotError) {
        var reader = try SnapshotReader(snapshot)
        guard try reader.text() == Self.magic, try reader.unsigned() == Self.version else { throw .unknownFormat }
        let clock = try EventClock(from: &reader, lateness: lateness)
        let through = try reader.integer()
        var saved: [WindowTable] = []
        for _ in 0..<(try reader.count()) {
            let id = String(decoding: try reader.text(), as: UTF8.self)
            let fingerprint = String(decoding: try reader.text(), as: UTF8.self)
            let length = try reader.count()
            let next = reader.offset + length
            guard let place = ruleSet.place(of: id, fingerprint: fingerprint) else {
                try reader.skip(length)
                continue
            }
            var table = WindowTable(rule: ruleSet.findingRules[place], lateness: lateness, limits: limits)
            try table.read(from: &reader, watermark: clock.watermark.microseconds)
            guard reader.offset == next else { throw .malformed(offset: reader.offset) }
            saved.append(table)
        }
        let largest = String(decoding: try reader.text(), as: UTF8.self)
        let runnerUp = Int(try reader.integer())
        let place = runnerUp < 0 ? nil : ruleSet.findingRules.firstIndex { $0.summary.id == largest }
        guard reader.isAtEnd else { throw .malformed(offset: reader.offset) }
        self.init(
            ruleSet: ruleSet, clock: clock, through: through, limits: limits, saved: saved,
            sizes: place.map { TableSizes(largestPlace: $0, runnerUp: runnerUp) } ?? TableSizes())
    }
}
