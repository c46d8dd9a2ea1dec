public import EventModel
import Matching

#if canImport(Glibc)
    import Glibc
#endif

/// What is needed of each event that satisfies a request.
public enum ColumnDetail: Sendable, Equatable {
    /// A row of its own, with or without its time and number.
    case rows(withTimes: Bool)
    /// That it is counted: events that are the same in all that is asked for may come as one row.
    /// - Parameter grain: times are told to multiples of so many microseconds; 0 if they do not matter.
    case counts(grain: Int64)
}

/// Events that satisfy a request, by columns: for counting over very many of them.
public struct ColumnBlock {
    /// How many rows: events, or with weights events that are the same in all that was asked for.
    public let count: Int
    /// Of each event, in the order of sequence numbers: its number and time. Empty if they were not asked for.
    public let sequences: [Int64]
    public let times: [Timestamp]
    /// How many events each row stands for; nil if for one each. Rows of several have no numbers, and times cut to what was asked
    /// for.
    public let weights: [Int]?
    /// One for each field that was asked for, in that order.
    public let fields: [FieldColumn]

    /// How many events.
    var eventCount: Int { weights?.reduce(0, +) ?? count }

    init(
        count: Int, sequences: [Int64] = [], times: [Timestamp] = [], weights: [Int]? = nil, fields: [FieldColumn]
    ) {
        self.count = count
        self.sequences = sequences
        self.times = times
        self.weights = weights
        self.fields = fields
    }
}

/// The values of one field in the events of a `ColumnBlock`.
///
/// The value of an event is the field's first one that is not null, OCSF's before the vendor's; further ones, as arrays have
/// them, are in `others`. Where a field can be found in several ways, the first that gives any value counts.
public final class FieldColumn {
    /// Of each event, its value's index into `values`; -1 for an event without one. Equal values may have several indices.
    public internal(set) var codes: [Int32] = []
    /// Further values, as pairs of an event's index and a value's, ordered by event.
    public internal(set) var others: [(event: Int32, code: Int32)] = []
    /// What kind of JSON value each value is.
    public internal(set) var kinds: [FieldKind] = []
    let bytes = Arena(capacity: 1 << 10)
    private var ends: [UInt32] = []
    /// A hash table over interned values: their indices plus one; and the hash of each value, 0 for those that are not in it.
    private var slots: [UInt32] = []
    private var hashes: [UInt64] = []

    /// - Parameter count: of the events, none of which has a value yet.
    init(count: Int = 0) { codes = [Int32](repeating: -1, count: count) }

    /// About how many bytes of memory it takes.
    var footprint: Int { bytes.count + 16 * valueCount + 4 * codes.count + 8 * others.count }

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

    /// The index of a value, which is appended if it is new among those that came this way.
    func intern(_ value: UnsafeRawBufferPointer, _ kind: FieldKind) -> Int32 {
        // Those that were appended otherwise are not looked for.
        while hashes.count < ends.count { hashes.append(0) }
        if slots.count < 2 * (hashes.count + 1) { growSlots() }
        let hash = XXHash64.hash(value, seed: UInt64(kind.rawValue))
        var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[place] != 0 {
            let code = Int(slots[place]) - 1
            if hashes[code] == hash, kinds[code] == kind, isValue(code, value) { return Int32(code) }
            place = (place + 1) & (slots.count - 1)
        }
        hashes.append(hash)
        slots[place] = UInt32(truncatingIfNeeded: hashes.count)
        return append(value, kind)
    }

    private func isValue(_ code: Int, _ value: UnsafeRawBufferPointer) -> Bool {
        let known = self.value(code)
        guard known.count == value.count, let one = known.baseAddress, let two = value.baseAddress else {
            return known.count == value.count
        }
        return memcmp(one, two, known.count) == 0
    }

    private func growSlots() {
        slots = [UInt32](repeating: 0, count: max(64, slots.count * 2))
        for (code, hash) in hashes.enumerated() where hash != 0 {
            var place = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[place] != 0 { place = (place + 1) & (slots.count - 1) }
            slots[place] = UInt32(truncatingIfNeeded: code + 1)
        }
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

    // MARK: - From events

    /// Adds the values of the event, which is the one at `index`.
    func add(
        _ event: Event, _ selectors: [FieldSelector], to index: Int, _ catalog: FieldCatalog, prefersOCSF: Bool
    ) {
        for selector in selectors where codes[index] < 0 {
            let path: FieldID
            var ranges = [event.ocsfFields, event.vendorFields]
            switch selector {
            case .named(let name): path = catalog.intern(name)
            case .vendor(let name):
                path = catalog.intern(name)
                ranges.removeFirst()
            case .anyValue: continue
            }
            for range in ranges {
                for field in range where field.id == path && field.kind.rawValue < FieldKind.null.rawValue {
                    add(intern(event.batch.bytes(of: field), field.kind), to: index)
                }
                if prefersOCSF && codes[index] >= 0 { break }
            }
        }
    }

    // MARK: - From columns

    /// What it has in some of its rows, ascending.
    func picked(_ rows: [Int]) -> FieldColumn {
        if rows.count == codes.count { return self }
        let result = FieldColumn(count: rows.count)
        for code in 0..<valueCount { _ = result.append(value(code), kinds[code]) }
        var rest = others[...]
        for (index, row) in rows.enumerated() {
            result.codes[index] = codes[row]
            rest = rest.drop { $0.event < row }
            while let other = rest.first, Int(other.event) == row {
                result.others.append((Int32(truncatingIfNeeded: index), other.code))
                rest.removeFirst()
            }
        }
        return result
    }

    /// Of each event, the values of the first column that has any.
    static func first(of columns: [FieldColumn], count: Int) -> FieldColumn {
        if columns.count == 1 { return columns[0] }
        let result = FieldColumn(count: count)
        for column in columns {
            let base = Int32(truncatingIfNeeded: result.valueCount)
            for code in 0..<column.valueCount { _ = result.append(column.value(code), column.kinds[code]) }
            var others = column.others[...]
            for index in 0..<count {
                let isOpen = result.codes[index] < 0
                if isOpen, column.codes[index] >= 0 { result.codes[index] = base + column.codes[index] }
                while let other = others.first, Int(other.event) == index {
                    if isOpen { result.others.append((other.event, base + other.code)) }
                    others.removeFirst()
                }
            }
        }
        // They came column by column.
        if columns.count(where: { !$0.others.isEmpty }) > 1 { result.others.sort { $0.event < $1.event } }
        return result
    }
}
