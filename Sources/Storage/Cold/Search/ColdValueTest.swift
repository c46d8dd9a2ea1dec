import EventModel
import Matching

// Hot path. Unsafe: fields lie within the values' bytes.

/// Tries one test on the distinct values of columns: with the very code that tries it on events, of which each value becomes one.
final class ColdValueTest {
    /// So few values are tried one by one.
    private static let fewValues = 16

    /// What stands in front of a character's code; it may be any character's.
    private static let codeEscape = FoldedWord(Array("\\u".utf8))

    private let path: FieldID
    private let program: MatchProgram
    private let scratch = MatchScratch()
    private let unescaper: JSONScanner
    /// ASCII bytes, folded, that every value that satisfies the test contains; empty if nothing is known.
    private let literal: [UInt8]
    private let alphabet: UInt64
    /// The same, to look for.
    private let word: FoldedWord?
    /// The bounds of a number that satisfies the test, if it is one on numbers.
    private let range: ClosedRange<Double>?

    init(_ field: FieldTest, catalog: FieldCatalog) {
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
        word = literal.count < 2 ? nil : FoldedWord(literal)
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
        var values = column.values
        let count = values.count
        var candidates: [UInt32]?
        if let word, count > Self.fewValues {
            var found = values.values(containing: word)
            // Values with escapes say something else than their bytes, but elsewhere than the word if it has none of what most
            // escapes stand for.
            if info.alphabet & TextFilter.backslash != 0 {
                let escaped =
                    word.isPlain ? values.values(containing: Self.codeEscape) : values.values(containing: UInt8(ascii: "\\"))
                if !escaped.isEmpty { found = Set(found).union(escaped).sorted() }
            }
            if found.isEmpty { return nil }
            values = values.picked(found)
            candidates = found
        } else {
            values.expand()
        }
        let builder = EventBuilder(
            RecordBatch(source: Self.source, receivedAt: Timestamp(microseconds: 0), bytes: values.bytes, records: []))
        builder.reserveFields(values.count + 64)
        for index in 0..<values.count {
            var row = EventRow(record: 0, raw: RecordSpan(offset: 0, length: 0), receivedAt: Timestamp(microseconds: 0))
            row.vendorStart = UInt32(builder.fieldCount)
            append(values, index, isToken: info.key.role == .scalar, source, to: builder)
            row.vendorEnd = UInt32(builder.fieldCount)
            builder.append(row)
        }
        var matched: [UInt32] = []
        program.match(builder.finish(), scratch: scratch, into: &matched)
        if matched.isEmpty { return nil }
        var hits = [Bool](repeating: false, count: count)
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
}
