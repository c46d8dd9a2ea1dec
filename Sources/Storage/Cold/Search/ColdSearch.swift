import EventModel
import Matching

/// What a search asks of cold blocks: which to open, and which of their rows to look at.
struct ColdSearch {
    let since: Int64
    let until: Int64
    private let expression: MatchExpression
    private let catalog: FieldCatalog
    private let tests: ColdTests
    /// Of each group at least one value must be in the block; nil when nothing is required.
    private let required: [[RequiredValues.Value]]

    init(_ request: SearchRequest, catalog: FieldCatalog) {
        since = request.since?.microseconds ?? .min
        until = request.until?.microseconds ?? .max
        expression = request.expression
        self.catalog = catalog
        tests = ColdTests(catalog: catalog)
        required = RequiredValues.groups(of: request.expression)
    }

    /// Whether the block can hold a match, by its filter.
    func mayMatch(_ entry: ColdEntry, _ source: ColdSource) throws -> Bool {
        for group in required {
            // A value that is the row's time is not in the filter.
            let span = entry.minTime.microseconds - 1_000_000...entry.maxTime.microseconds + 1_000_000
            if group.contains(where: { $0.instants.contains(where: span.contains) }) { continue }
            if try !source.mayHold(entry, anyOf: group.map(\.hash)) { return false }
        }
        return true
    }

    /// Which rows satisfy the request, as far as columns tell.
    func verdict(_ block: OpenColdBlock, _ decoder: ColdBlockDecoder) throws(BlockError) -> RowVerdict {
        let rows = try block.rows()
        var inSpan = RowBits(count: rows.times.count)
        for (row, time) in rows.times.enumerated() where time >= since && time < until { inSpan.insert(row) }
        var verdict = RowVerdict(exactly: inSpan)
        if inSpan.isEmpty { return verdict }
        verdict.formIntersection(try evaluate(expression, block, rows, decoder))
        return verdict
    }

    private func evaluate(
        _ expression: MatchExpression, _ block: OpenColdBlock, _ rows: ColdRows, _ decoder: ColdBlockDecoder
    ) throws(BlockError) -> RowVerdict {
        let count = rows.times.count
        switch expression {
        case .constant(let value): return RowVerdict(exactly: RowBits(count: count, all: value))
        case .not(let inner): return try evaluate(inner, block, rows, decoder).negated
        case .all(let members):
            var verdict = RowVerdict(exactly: RowBits(count: count, all: true))
            for member in members where !verdict.possible.isEmpty {
                verdict.formIntersection(try evaluate(member, block, rows, decoder))
            }
            return verdict
        case .any(let members):
            var verdict = RowVerdict(exactly: RowBits(count: count))
            for member in members { verdict.formUnion(try evaluate(member, block, rows, decoder)) }
            return verdict
        case .test(let field): return try evaluate(field, block, rows, decoder)
        }
    }

    private func evaluate(
        _ field: FieldTest, _ block: OpenColdBlock, _ rows: ColdRows, _ decoder: ColdBlockDecoder
    ) throws(BlockError) -> RowVerdict {
        let count = rows.times.count
        switch field.test {
        case .text, .number, .compare, .network, .regex, .timePart: return try values(field, block, rows)
        case .time(let comparison, let bound):
            var bits = RowBits(count: count)
            for (row, time) in rows.times.enumerated() {
                let holds =
                    switch comparison {
                    case .less: time < bound.microseconds
                    case .lessOrEqual: time <= bound.microseconds
                    case .greater: time > bound.microseconds
                    case .greaterOrEqual: time >= bound.microseconds
                    }
                if holds { bits.insert(row) }
            }
            return RowVerdict(exactly: bits)
        case .exists: return try byKind(field, block, rows, decoder)
        case .null, .field: return .nothingKnown(count)
        }
    }

    /// A test that one value decides: it is tried once on each distinct one.
    private func values(_ field: FieldTest, _ block: OpenColdBlock, _ rows: ColdRows) throws(BlockError) -> RowVerdict {
        let map = try ColdFieldMap(field.field, block, catalog: catalog)
        let test = tests.test(field)
        var bits = RowBits(count: rows.times.count)
        for column in map.columns {
            let info = block.directory.columns[column]
            guard test.mayHold(info) else { continue }
            let opened = try block.column(column)
            for source in map.sources[column] ?? [] {
                guard let hits = test.hits(opened, info, source) else { continue }
                try mark(column, source.part, opened, hits, map, block, rows, &bits)
            }
        }
        var verdict = RowVerdict(exactly: bits)
        verdict.possible.formUnion(map.unclearRows(rows))
        return verdict
    }

    private func mark(
        _ column: Int, _ part: Range<Int>?, _ opened: ColdColumn, _ hits: [Bool], _ map: ColdFieldMap, _ block: OpenColdBlock,
        _ rows: ColdRows,
        _ bits: inout RowBits
    ) throws(BlockError) {
        let has = try block.kinds(of: column)
        let own = map.places.map { $0.contains { $0.column == column && $0.part == part && !$0.isShared } }
        let shared = map.places.map { $0.contains { $0.column == column && $0.part == part && $0.isShared } }
        let limit = block.directory.columns[column].count
        let codes = opened.codes ?? []
        let isDirect = opened.codes == nil
        var rank = 0
        var isShort = false
        rows.kinds.withUnsafeBufferPointer { kinds in
            for row in 0..<kinds.count {
                let kind = Int(kinds[row])
                if has[kind] {
                    guard rank < limit else {
                        isShort = true
                        return
                    }
                    if own[kind], hits[isDirect ? rank : Int(codes[rank])] { bits.insert(row) }
                    rank += 1
                }
                if shared[kind], rank > 0, hits[isDirect ? rank - 1 : Int(codes[rank - 1])] { bits.insert(row) }
            }
        }
        if isShort { throw .damaged("a column has too few values") }
    }

    /// A test on whether a field is there, which rows of one kind have in common: it is tried on one row of each.
    private func byKind(
        _ field: FieldTest, _ block: OpenColdBlock, _ rows: ColdRows, _ decoder: ColdBlockDecoder
    ) throws(BlockError) -> RowVerdict {
        // Rows that share a record may be of one kind and have records of several.
        if rows.kindList.contains(where: { $0.template == 0 }) { return .nothingKnown(rows.times.count) }
        var firsts = [UInt32?](repeating: nil, count: rows.kindList.count)
        for (row, kind) in rows.kinds.enumerated() where firsts[Int(kind)] == nil { firsts[Int(kind)] = UInt32(row) }
        let selected = firsts.compactMap { $0 }.sorted()
        let program = MatchProgram(.test(field), catalog: catalog)
        let scratch = MatchScratch()
        var holds = [Bool](repeating: false, count: rows.kindList.count)
        var index = 0
        for part in try decoder.decode(block, selected: selected) {
            var matched: [UInt32] = []
            program.match(part.batch, scratch: scratch, into: &matched)
            for row in matched { holds[Int(rows.kinds[Int(selected[index + Int(row)])])] = true }
            index += part.batch.rows.count
        }
        var bits = RowBits(count: rows.times.count)
        for (row, kind) in rows.kinds.enumerated() where holds[Int(kind)] { bits.insert(row) }
        return RowVerdict(exactly: bits)
    }
}

/// The tests of one search, each prepared once.
final class ColdTests {
    private let catalog: FieldCatalog
    private var known: [FieldTest: ColdValueTest] = [:]

    init(catalog: FieldCatalog) { self.catalog = catalog }

    func test(_ field: FieldTest) -> ColdValueTest {
        if let test = known[field] { return test }
        let test = ColdValueTest(field, catalog: catalog)
        known[field] = test
        return test
    }
}
