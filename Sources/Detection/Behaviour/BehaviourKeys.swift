/// What of a group's values says whose behaviour an event is, what is new or rare in it, and who the peers are: as hashes.
///
/// The mark of a drill is part of each: what a drill does is compared with itself alone.
struct BehaviourKeys: Sendable {
    /// Places of fields, that of the mark included; nil: all of the text.
    private let entityFields: [Int]?
    private let entityValueFields: [Int]?
    private let valueFields: [Int]
    private let peersFields: [Int]
    private let peersValueFields: [Int]
    private let peersField: Int?

    init(_ behaviour: BehaviourRule) {
        let mark = [GroupText.drillField]
        let entity = Array(0..<behaviour.entityFields)
        let values = entity.count..<(entity.count + behaviour.valueFields)
        let peers = behaviour.hasPeers ? [values.upperBound] : []
        entityFields = values.isEmpty && peers.isEmpty ? nil : entity + mark
        entityValueFields = peers.isEmpty ? nil : entity + values + mark
        valueFields = values + mark
        peersFields = peers + mark
        peersValueFields = values + peers + mark
        peersField = peers.first
    }

    /// Of the entity.
    func entity(of text: [UInt8]) -> UInt64 { hash(of: entityFields, in: text) }

    /// Of the entity and the values.
    func entityValues(of text: [UInt8]) -> UInt64 { hash(of: entityValueFields, in: text) }

    /// Of the values, whoever has them.
    func values(of text: [UInt8]) -> UInt64 { hash(of: valueFields, in: text) }

    /// Of the group of peers; nil if the event does not say which it is.
    func peers(of text: [UInt8]) -> UInt64? {
        guard let peersField, GroupText.place(of: peersField, in: text.span) != nil else { return nil }
        return hash(of: peersFields, in: text)
    }

    /// Of the values among the peers, if the event says who they are.
    func peersValues(of text: [UInt8]) -> UInt64 { hash(of: peersValueFields, in: text) }

    private static func whole(_ text: [UInt8]) -> UInt64 { text.withUnsafeBytes { StableHash.hash($0) }.low }

    private func hash(of fields: [Int]?, in text: [UInt8]) -> UInt64 {
        guard let fields else { return Self.whole(text) }
        var part: [UInt8] = []
        let span = text.span
        for field in fields {
            if let place = GroupText.place(of: field, in: span) { GroupText.append(place, of: span, field: field, to: &part) }
        }
        return Self.whole(part)
    }
}
