/// What of a group's values says whose behaviour an event is, what is new or rare in it, and who the peers are: as hashes.
///
/// The mark of a drill is part of each: what a drill does is compared with itself alone.
struct BehaviourKeys: Sendable {
    private let entityFields: Range<Int>
    private let valueFields: Range<Int>
    private let peersField: Int?

    init(_ behaviour: BehaviourRule) {
        entityFields = 0..<behaviour.entityFields
        valueFields = entityFields.upperBound..<(entityFields.upperBound + behaviour.valueFields)
        peersField = behaviour.hasPeers ? valueFields.upperBound : nil
    }

    /// Of the entity.
    func entity(of text: [UInt8]) -> UInt64 {
        if valueFields.isEmpty, peersField == nil { return Self.whole(text) }
        return hash(of: Array(entityFields), in: text)
    }

    /// Of the entity and the values.
    func entityValues(of text: [UInt8]) -> UInt64 {
        peersField == nil ? Self.whole(text) : hash(of: Array(entityFields) + Array(valueFields), in: text)
    }

    /// Of the values, whoever has them.
    func values(of text: [UInt8]) -> UInt64 { hash(of: Array(valueFields), in: text) }

    /// Of the group of peers; nil if the event does not say which it is.
    func peers(of text: [UInt8]) -> UInt64? {
        guard let peersField, GroupText.place(of: peersField, in: text.span) != nil else { return nil }
        return hash(of: [peersField], in: text)
    }

    /// Of the values among the peers.
    func peersValues(of text: [UInt8]) -> UInt64? {
        guard let peersField, GroupText.place(of: peersField, in: text.span) != nil else { return nil }
        return hash(of: Array(valueFields) + [peersField], in: text)
    }

    private static func whole(_ text: [UInt8]) -> UInt64 { text.withUnsafeBytes { StableHash.hash($0) }.low }

    private func hash(of fields: [Int], in text: [UInt8]) -> UInt64 {
        var part: [UInt8] = []
        let span = text.span
        for field in fields + [GroupText.drillField] {
            if let place = GroupText.place(of: field, in: span) { GroupText.append(place, of: span, field: field, to: &part) }
        }
        return Self.whole(part)
    }
}
