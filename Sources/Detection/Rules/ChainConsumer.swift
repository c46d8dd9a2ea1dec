/// One outer correlation that an inner one's firing events count for: each is a match with the event's time and number, and the
/// values of the inner group.
struct ChainConsumer: Sendable {
    /// Index into `RuleSet.findingRules`.
    var findingRule: Int
    /// The inner correlation's places in the outer one's `FindingRule.steps`: one bit each, and the lowest of them.
    var steps: UInt64
    var step: UInt32
    /// For each field that the outer one groups by, its place in the inner one's `groupFields`; nil: an alias leaves it out.
    var fields: [Int?]
    /// Whether the outer one groups by exactly the inner one's fields, in their order, and counts no values: its groups then have
    /// the same values, and the same keys.
    var hasSameGroups: Bool
    /// Whether distinct values are counted, and of which of the inner one's `groupFields`.
    var countsValues: Bool
    var valueField: Int?
    /// From the inner one's `FindingRule.evidenceRules` to the outer one's.
    var evidence: [Int]

    /// A mark of the inner one's evidence as one of the outer one's.
    func translate(_ inner: EvidenceMark) -> EvidenceMark {
        let step = inner.mark.step < evidence.count ? evidence[inner.mark.step] : Int(step)
        return EvidenceMark(time: inner.time, mark: EventMark(sequence: inner.mark.sequence, step: step))
    }

    /// The outer group's values in `text`, out of the inner group's (`GroupText`). Nil if one is missing.
    func group(of inner: Span<UInt8>) -> (text: [UInt8], key: GroupKey, value: UInt64)? {
        var text: [UInt8] = []
        for (number, field) in fields.enumerated() {
            guard let field, let place = GroupText.place(of: field, in: inner) else { return nil }
            GroupText.append(place, of: inner, field: number, to: &text)
        }
        var counted: UInt64 = 0
        if countsValues {
            guard let valueField, let place = GroupText.place(of: valueField, in: inner) else { return nil }
            counted = inner.extracting(place).withUnsafeBytes { StableHash.hash($0) }.low
        }
        return (text, text.withUnsafeBytes { StableHash.hash($0) }, counted)
    }
}
