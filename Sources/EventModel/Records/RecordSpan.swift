/// Why a record cannot be what its sender meant. It is stored all the same, as a quarantined record.
public enum RecordFlaw: UInt8, Sendable, CaseIterable {
    case none = 0
    /// Longer than the limit: the first bytes are kept, the rest was cut off.
    case truncated = 1
    /// The connection or file ended within an octet-counted frame.
    case incompleteFrame = 2
    /// A frame's octet count is not a number, or is above the limit.
    case badFrameLength = 3
    /// Not a whole record: the rest of a line whose beginning was stored before, or text between two records (files).
    case fragment = 4
    /// Kept from the store: privacy rules could not be applied to it. What stands here says only how long it was.
    case withheld = 5
}

/// Where one record lies in its batch's bytes.
public struct RecordSpan: Sendable, Equatable {
    public var offset: UInt32
    public var length: UInt32
    public var flaw: RecordFlaw

    public init(offset: UInt32, length: UInt32, flaw: RecordFlaw = .none) {
        self.offset = offset
        self.length = length
        self.flaw = flaw
    }
}

extension RecordFlaw {
    /// For `quarantine.error` and for people.
    public var explanation: String {
        switch self {
        case .none: ""
        case .truncated: "the record is longer than the limit; the rest was cut off"
        case .incompleteFrame: "the input ended within the frame"
        case .badFrameLength: "the frame's octet count is no number, or is above the limit"
        case .fragment: "it is not a whole record: the rest of one stored before, or text between two"
        case .withheld: "it could not be read, so that the privacy rules of its product could not be applied; it was not kept"
        }
    }
}
