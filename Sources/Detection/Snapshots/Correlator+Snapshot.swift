public import EventModel

/// The correlator's state as bytes: a format of its own, with a version and a checksum.
///
/// Layout: `PCS1`, version, clock, position, number of tables, then for each table its length and `WindowTable.write`; then the
/// rule with the most groups and how many the next one has (`TableSizes`); last the checksum. State of rules that changed or
/// vanished is skipped by its length.
extension Correlator {
    private static let magic = Array("PCS1".utf8)
    private static let version: UInt64 = 5
    /// The one before, which knew no behavioural rules.
    private static let withoutBehaviour: UInt64 = 4

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
        let behaviours = behaviours.compactMap { $0 }
        writer.write(behaviours.count)
        for table in behaviours {
            writer.write(Array(table.pageTable.utf8))
            var body = SnapshotWriter()
            table.write(to: &body)
            writer.write(body.bytes)
        }
        writer.seal()
        return writer.bytes
    }

    /// A correlator that goes on from a snapshot. State of rules that changed since or are gone is dropped, new rules start
    /// empty; the lateness and limits may differ from the saved ones.
    /// - Parameter pages: what `takeStatePages` gave with the snapshot and before, by table.
    public init(
        restoring snapshot: [UInt8], ruleSet: RuleSet, lateness: Int64, limits: CorrelatorLimits = CorrelatorLimits(),
        pages: [String: [StatePage]] = [:]
    ) throws(SnapshotError) {
        var reader = try SnapshotReader(snapshot)
        let isOurs = try reader.text() == Self.magic
        let version = isOurs ? try reader.unsigned() : 0
        guard isOurs, [Self.version, Self.withoutBehaviour].contains(version) else {
            throw .unknownFormat
        }
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
        var behaviours: [BehaviourTable] = []
        for _ in 0..<(version == Self.withoutBehaviour ? 0 : try reader.count()) {
            let name = String(decoding: try reader.text(), as: UTF8.self)
            let length = try reader.count()
            let next = reader.offset + length
            guard let rule = ruleSet.findingRules.first(where: { $0.pageTable == name }), let behaviour = rule.behaviour else {
                try reader.skip(length)
                continue
            }
            var table = BehaviourStates.restored(rule, behaviour, pages: pages[name] ?? []).map {
                BehaviourTable(rule: rule, behaviour: behaviour, state: $0)
            } ?? BehaviourTable(rule: rule, behaviour: behaviour)
            try table.read(from: &reader)
            guard reader.offset == next else { throw .malformed(offset: reader.offset) }
            behaviours.append(table)
        }
        guard reader.isAtEnd else { throw .malformed(offset: reader.offset) }
        self.init(
            ruleSet: ruleSet, clock: clock, through: through, limits: limits, saved: saved,
            sizes: place.map { TableSizes(largestPlace: $0, runnerUp: runnerUp) } ?? TableSizes(), behaviours: behaviours)
    }

    /// What the state of behavioural rules has changed in since the last call, by table. Saved over what was saved before, in one
    /// transaction with a snapshot, it is restored with that.
    public mutating func takeStatePages() -> [String: StateChange] {
        var pages: [String: StateChange] = [:]
        for place in behaviours.indices {
            guard let name = behaviours[place]?.pageTable else { continue }
            pages[name] = behaviours[place]?.takeChange()
        }
        return pages
    }
}
