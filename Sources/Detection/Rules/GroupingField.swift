import EventModel

/// Where the events of one base rule carry a field that a correlation groups by or counts.
///
/// One field can have several names, since the products that a rule is for carry it under different ones (`FieldAliasing`). The
/// first that has a value in an event is the field there; values under several names are not mixed.
struct GroupingField: Sendable, Equatable {
    /// The name that is looked for first; nil if the rule has none for the field.
    var first: FieldID?
    /// Further names, in order of preference; nearly always none.
    var others: [FieldID] = []

    /// - Parameter names: in order of preference.
    init(_ names: [FieldID]) {
        first = names.first
        others = Array(names.dropFirst())
    }
}
