public import EventModel

/// Events that satisfy a request, by columns: for counting over very many of them.
public struct ColumnBlock {
    /// Of each event, in the order of sequence numbers: its number and time.
    public let sequences: [Int64]
    public let times: [Timestamp]
    /// One for each field that was asked for, in that order.
    public let fields: [FieldColumn]

    public var count: Int { sequences.count }
}

/// The values of one field in the events of a `ColumnBlock`.
///
/// The value of an event is the field's first one that is not null, OCSF's before the vendor's; further ones, as arrays have
/// them, are in `others`.
public final class FieldColumn {
    /// Of each event, its value's index into `values`; -1 for an event without one. Equal values may have several indices.
    public internal(set) var codes: [Int32] = []
    /// Further values, as pairs of an event's index and a value's, ordered by event.
    public internal(set) var others: [(event: Int32, code: Int32)] = []
    /// What kind of JSON value each value is.
    public internal(set) var kinds: [FieldKind] = []
    let bytes = Arena(capacity: 1 << 10)
    private var ends: [UInt32] = []

    init() {}

    /// How many values there are.
    public var valueCount: Int { ends.count }

    /// The text of a value: UTF-8, without quotes and escapes. Calls back, since the bytes belong to the column.
    public func withValue<Result>(_ code: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(value(code))
    }

    /// The text of a value.
    public func text(_ code: Int) -> String { String(decoding: value(code), as: UTF8.self) }

    func value(_ code: Int) -> UnsafeRawBufferPointer {
        let start = code == 0 ? 0 : Int(ends[code - 1])
        return bytes.slice(start, Int(ends[code]) - start)
    }

    func append(_ value: UnsafeRawBufferPointer, _ kind: FieldKind) -> Int32 {
        bytes.append(value)
        ends.append(UInt32(truncatingIfNeeded: bytes.count))
        kinds.append(kind)
        return Int32(truncatingIfNeeded: ends.count - 1)
    }

    /// Adds a value to the event at `index`, which is the last one or a new one.
    func add(_ code: Int32, to index: Int) {
        if codes[index] < 0 { codes[index] = code } else { others.append((Int32(truncatingIfNeeded: index), code)) }
    }
}
