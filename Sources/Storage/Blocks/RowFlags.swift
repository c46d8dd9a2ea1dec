import EventModel

/// The first byte of a row in a hot block.
struct RowFlags: OptionSet {
    let rawValue: UInt8

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The two high bits hold the event's state.
    init(state: EventState) { rawValue = state.rawValue &<< 6 }

    /// The row before belongs to the same record.
    static let sharesRecord = RowFlags(rawValue: 1)
    /// The vendor fields are what a scan of the body gives.
    static let rescansVendorFields = RowFlags(rawValue: 2)
    /// The body is not the whole record.
    static let hasBodyRange = RowFlags(rawValue: 4)
    /// The event is not the first one of its record.
    static let hasPart = RowFlags(rawValue: 8)
    /// The record is told by a template.
    static let isTemplated = RowFlags(rawValue: 16)

    var state: EventState? { EventState(rawValue: rawValue &>> 6) }
}
