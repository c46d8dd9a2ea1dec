import EventModel
import Matching

#if canImport(Glibc)
    import Glibc
#endif

// Hot path. Unsafe: fields lie within the values' bytes.

/// Tries one test on the distinct values of columns: with the very code that tries it on events, of which each value becomes one.
final class ColdValueTest {
    private let field: FieldTest
    private let path: FieldID
    private let program: MatchProgram
    private let scratch = MatchScratch()
    private let unescaper: JSONScanner
    /// ASCII bytes, folded, that every value that satisfies the test contains; empty if nothing is known.
    private let literal: [UInt8]
    private let alphabet: UInt64
    /// Where in the literal a byte stands that ids in hexadecimal digits do not have, if it has one.
    private let rarest: Int
    /// The bounds of a number that satisfies the test, if it is one on numbers.
    private let range: ClosedRange<Double>?

    init(_ field: FieldTest, catalog: FieldCatalog) {
        self.field = field
        switch field.field {
        case .named(let name), .vendor(let name): path = catalog.intern(name)
        case .anyValue: path = .overflow
        }
        program = MatchProgram(.test(field), catalog: catalog)
        unescaper = JSONScanner(catalog: catalog, limits: JSONLimits(maximumBytes: Field.maximumLength))
        var literal: [UInt8] = []
        var alphabet: UInt64 = 0
        var range: ClosedRange<Double>?
        switch field.test {
        case .text(let pattern):
            for case .literal(let text) in pattern.pieces {
                alphabet |= TextFilter.bits(of: text.utf8)
                for run in text.utf8.split(whereSeparator: { $0 >= 0x80 }) where run.count > literal.count {
                    literal = run.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
                }
            }
        case .compare(let comparison, let bound):
            switch comparison {
            case .less, .lessOrEqual: range = -.infinity...bound
            case .greater, .greaterOrEqual: range = bound ... .infinity
            }
        case .number(let number, let text):
            if Array(text.utf8).withUnsafeBytes({ NumberTest.parse($0) }) == number { range = number...number }
        case .exists, .null, .network, .regex, .time, .timePart, .field: break
        }
        self.literal = literal
        rarest = literal.firstIndex { !($0 &- 0x30 < 10 || $0 &- UInt8(ascii: "a") < 6) } ?? 0
        self.alphabet = alphabet
        self.range = range
    }

    /// Whether a value of the column can satisfy the test, by what the directory says of it.
    func mayHold(_ column: ColumnInfo) -> Bool {
        if let range, let known = column.range {
            return Double(known.upperBound) >= range.lowerBound && Double(known.lowerBound) <= range.upperBound
        }
        return column.alphabet & alphabet == alphabet && literal.count <= column.longest
    }

    /// Of each value of the column, whether it satisfies the test; nil if none does.
    func hits(_ column: ColdColumn, _ info: ColumnInfo, _ source: ColdFieldMap.Source) -> [Bool]? {
        let values = column.values
        values.expand()
        let candidates = candidates(values, info)
        if let candidates, candidates.isEmpty { return nil }
        let builder = EventBuilder(
            RecordBatch(source: Self.source, receivedAt: Timestamp(microseconds: 0), bytes: values.bytes, records: []))
        let count = candidates?.count ?? values.count
        builder.reserveFields(count + 64)
        for index in 0..<count {
            var row = EventRow(record: 0, raw: RecordSpan(offset: 0, length: 0), receivedAt: Timestamp(microseconds: 0))
            row.vendorStart = UInt32(builder.fieldCount)
            let value = candidates.map { Int($0[index]) } ?? index
            append(values, value, isToken: info.key.role == .scalar, source, to: builder)
            row.vendorEnd = UInt32(builder.fieldCount)
            builder.append(row)
        }
        var matched: [UInt32] = []
        program.match(builder.finish(), scratch: scratch, into: &matched)
        if matched.isEmpty { return nil }
        var hits = [Bool](repeating: false, count: values.count)
        for index in matched { hits[candidates.map { Int($0[Int(index)]) } ?? Int(index)] = true }
        return hits
    }

    private static let source = Source(id: 0, name: "")

    private func append(_ values: ValueList, _ index: Int, isToken: Bool, _ source: ColdFieldMap.Source, to builder: EventBuilder)
    {
        let value = values[index]
        let offset = (value.baseAddress ?? UnsafeRawPointer(values.bytes.base)) - UnsafeRawPointer(values.bytes.base)
        if let part = source.part {
            guard part.upperBound <= value.count else { return }
            builder.append(Field(id: path, offset: offset + part.lowerBound, length: part.count, kind: source.kind ?? .string))
            return
        }
        guard isToken, let first = value.first, first != UInt8(ascii: "\"") || value.count >= 2 else {
            builder.append(Field(id: path, offset: offset, length: value.count, kind: source.kind ?? .string))
            return
        }
        switch first {
        case UInt8(ascii: "\""):
            if value.contains(UInt8(ascii: "\\")) {
                let before = builder.fieldCount
                // A token was scanned before, within its record: it is a string.
                try? unescaper.scan(offset, value.count, into: builder)
                for place in before..<builder.fieldCount { builder.fields[place].id = path }
            } else {
                builder.append(Field(id: path, offset: offset + 1, length: value.count - 2, kind: .string))
            }
        case UInt8(ascii: "t"): builder.append(Field(id: path, offset: offset, length: value.count, kind: .true))
        case UInt8(ascii: "f"): builder.append(Field(id: path, offset: offset, length: value.count, kind: .false))
        case UInt8(ascii: "n"): builder.append(Field(id: path, offset: offset, length: value.count, kind: .null))
        default: builder.append(Field(id: path, offset: offset, length: value.count, kind: .integer))
        }
    }

    /// The values that contain the literal, in order; nil for all.
    private func candidates(_ values: ValueList, _ info: ColumnInfo) -> [UInt32]? {
        guard literal.count >= 2, values.count > 16, info.alphabet & TextFilter.backslash == 0 else { return nil }
        let length = values.bytes.count
        let folded = Arena(capacity: length)
        folded.reserve(length)
        let out = folded.base.assumingMemoryBound(to: UInt8.self)
        let bytes = values.bytes.base.assumingMemoryBound(to: UInt8.self)
        for index in 0..<length {
            let byte = bytes[index]
            out[index] = byte &- 0x41 < 26 ? byte | 0x20 : byte
        }
        defer { withExtendedLifetime(folded) {} }
        var found: [UInt32] = []
        var place = 0
        var value = 0
        while value < values.count, let start = find(in: UnsafeRawPointer(out), length, from: place) {
            while Int(values.ends[value]) <= start { value += 1 }
            // Within one value, not over the border of two.
            if start + literal.count <= Int(values.ends[value]) {
                found.append(UInt32(truncatingIfNeeded: value))
                place = Int(values.ends[value])
                value += 1
            } else {
                place = start + 1
            }
        }
        return found
    }

    /// The first place at or after `start` where the literal stands, by its rarest byte.
    private func find(in bytes: UnsafeRawPointer, _ length: Int, from start: Int) -> Int? {
        var place = start
        return literal.withUnsafeBytes { literal in
            while place + literal.count <= length {
                let rest = length - literal.count - place + 1
                guard let hit = memchr(bytes + place + rarest, Int32(literal[rarest]), rest) else { return nil }
                place = UnsafeRawPointer(hit) - bytes - rarest
                if memcmp(bytes + place, literal.baseAddress.unsafelyUnwrapped, literal.count) == 0 { return place }
                place += 1
            }
            return nil
        }
    }
}
