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
    /// Places in the inner one's `groupFields`.
    var values: CountedValues<Int?>
    /// The place in the inner one's `groupFields` of the field that says who the peers are; nil: it is not there, or not needed.
    var peers: Int?
    /// From the inner one's `FindingRule.evidenceRules` to the outer one's.
    var evidence: [Int]

    /// A mark of the inner one's evidence as one of the outer one's.
    func translate(_ inner: EvidenceMark) -> EvidenceMark {
        let step = inner.mark.step < evidence.count ? evidence[inner.mark.step] : Int(step)
        return EvidenceMark(time: inner.time, mark: EventMark(sequence: inner.mark.sequence, step: step))
    }

    /// A group of the outer correlation.
    struct Group {
        /// `GroupText`
        var text: [UInt8]
        var key: GroupKey
        /// `MatchedEvent.value`; nil if it should be a number and is none.
        var value: UInt64?
    }

    /// The outer group, out of the inner group's values (`GroupText`). Nil if a value is missing.
    func group(of inner: Span<UInt8>) -> Group? {
        var text: [UInt8] = []
        for (number, field) in fields.enumerated() {
            guard let field, let place = GroupText.place(of: field, in: inner) else { return nil }
            GroupText.append(place, of: inner, field: number, to: &text)
        }
        if let peers, let place = GroupText.place(of: peers, in: inner) {
            GroupText.append(place, of: inner, field: fields.count, to: &text)
        }
        GroupText.appendDrill(of: inner, to: &text)
        let key = text.withUnsafeBytes { StableHash.hash($0) }
        switch values {
        case .none: return Group(text: text, key: key, value: 0)
        // No correlation that others build on has places.
        case .place: return nil
        case .number(let field):
            guard let field, let place = GroupText.place(of: field, in: inner) else { return nil }
            return Group(text: text, key: key, value: inner.extracting(place).withUnsafeBytes { NumberText.key($0) })
        case .tuple(let fields):
            if fields.count == 1 {
                guard let field = fields[0], let place = GroupText.place(of: field, in: inner) else { return nil }
                let value = inner.extracting(place).withUnsafeBytes { StableHash.hash($0) }.low
                return Group(text: text, key: key, value: value)
            }
            var tuple: [UInt8] = []
            for (number, field) in fields.enumerated() {
                guard let field, let place = GroupText.place(of: field, in: inner) else { return nil }
                GroupText.append(place, of: inner, field: number, to: &tuple)
            }
            return Group(text: text, key: key, value: tuple.withUnsafeBytes { StableHash.hash($0) }.low)
        }
    }
}
