/// What a match brings along to be counted or computed with, beside itself.
///
/// `Place` says where a field is found: under which names in an event, or at which place in another correlation's group, if at
/// all.
enum CountedValues<Place: Sendable>: Sendable {
    case none
    /// `value_count`: the tuple of these fields' values.
    case tuple([Place])
    /// The types that compute: the number in this field.
    case number(Place)
    /// `travel`: latitude, longitude and autonomous system, in one number (`PlaceCode`).
    case place(latitude: Place, longitude: Place, network: Place)

    var isNone: Bool {
        switch self {
        case .none: true
        case .tuple, .number, .place: false
        }
    }
}
