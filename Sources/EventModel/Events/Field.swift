// Hot path.

/// What kind of JSON value a field holds.
public enum FieldKind: UInt8, Sendable {
    case string = 0
    case integer = 1
    case float = 2
    case `true` = 3
    case `false` = 4
    case null = 5
    /// Not a value: from here to the next `element` of the same path (or the end of that array) stand the fields of one object
    /// inside an array. Keeps together what belongs to one array element, for example Okta's `target[]`.
    case element = 6
    case emptyObject = 7
    case emptyArray = 8
}

/// One scalar of an event: 12 bytes, pointing at its text. The text of every scalar is its canonical JSON text, a string's is
/// its decoded UTF-8 without quotes.
public struct Field: Sendable, Equatable {
    public var id: FieldID
    public var offset: UInt32
    /// Length in the low 24 bits, kind in the next 4, then the flags.
    public var word: UInt32

    /// The longest value a field can hold. `JSONLimits.maximumBytes` keeps records below it.
    public static let maximumLength = 0x00ff_ffff

    @inlinable
    public init(id: FieldID, offset: Int, length: Int, kind: FieldKind, isDerived: Bool = false, inArray: Bool = false) {
        self.id = id
        self.offset = UInt32(truncatingIfNeeded: offset)
        word =
            UInt32(truncatingIfNeeded: length) | UInt32(kind.rawValue) &<< 24
            | (isDerived ? 0x8000_0000 : 0) | (inArray ? 0x4000_0000 : 0)
    }

    @inlinable public var length: Int { Int(word & 0x00ff_ffff) }
    @inlinable public var kind: FieldKind {
        FieldKind(rawValue: UInt8(truncatingIfNeeded: (word &>> 24) & 0xf)).unsafelyUnwrapped
    }
    /// The text stands in the batch's derived bytes instead of its raw bytes: computed, or a string that had escapes.
    @inlinable public var isDerived: Bool { word & 0x8000_0000 != 0 }
    /// The value is a member of a JSON array of scalars.
    @inlinable public var inArray: Bool { word & 0x4000_0000 != 0 }
    /// A scalar value, as opposed to an `element` mark.
    @inlinable public var isValue: Bool { kind != .element }
}
