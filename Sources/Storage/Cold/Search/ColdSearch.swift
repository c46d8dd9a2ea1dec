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

    /// Whether all events of the block are in the span.
    func takesWhole(_ entry: ColdEntry) -> Bool { entry.span.lowerBound >= since && entry.span.upperBound < until }

    /// Most blocks will not hold a match.
    var isSelective: Bool { !required.isEmpty }

    /// Whether the block can hold a match, by its filter.
    func mayMatch(_ entry: ColdEntry, _ source: ColdSource) throws -> Bool {
        for group in required {
            // A value that is the row's time is not in the filter; it may be cut to seconds.
            let isTime = { (instant: Int64) in
                instant &+ 1_000_000 >= entry.span.lowerBound && instant &- 1_000_000 <= entry.span.upperBound
            }
            if group.contains(where: { $0.instants.contains(where: isTime) }) { continue }
            if try !source.mayHold(entry, anyOf: group.map(\.hash)) { return false }
        }
        return true
    }

    /// Which rows satisfy the request, as far as columns tell.
    /// - Parameter span: the times between which all events of the block are.
    func verdict(
        _ block: OpenColdBlock, _ decoder: ColdBlockDecoder, span: ClosedRange<Int64>
    ) throws(BlockError) -> RowVerdict {
        var verdict = RowVerdict(exactly: RowBits(count: block.rowCount, all: true))
        if span.lowerBound < since || span.upperBound >= until {
            var inSpan = RowBits(count: block.rowCount)
            for (row, time) in try block.times().enumerated() where time >= since && time < until { inSpan.insert(row) }
            verdict = RowVerdict(exactly: inSpan)
            if inSpan.isEmpty { return verdict }
        }
        verdict.formIntersection(try evaluate(expression, block, decoder, among: nil))
        return verdict
    }

    /// - Parameter kinds: the kinds of row that matter, if not all do: for others the verdict may say anything.
    private func evaluate(
        _ expression: MatchExpression, _ block: OpenColdBlock, _ decoder: ColdBlockDecoder, among kinds: [Bool]?
    ) throws(BlockError) -> RowVerdict {
        let count = block.rowCount
        switch expression {
        case .constant(let value): return RowVerdict(exactly: RowBits(count: count, all: value))
        case .not(let inner): return try evaluate(inner, block, decoder, among: kinds).negated
        case .all(let members):
            var verdict = RowVerdict(exactly: RowBits(count: count, all: true))
            verdict.possibleKinds = kinds
            for member in members where !verdict.possible.isEmpty {
                verdict.formIntersection(try evaluate(member, block, decoder, among: verdict.possibleKinds))
            }
            return verdict
        case .any(let members):
            var verdict = RowVerdict(exactly: RowBits(count: count))
            verdict.possibleKinds = [Bool](repeating: false, count: try block.layout().kindList.count)
            for member in members { verdict.formUnion(try evaluate(member, block, decoder, among: kinds)) }
            return verdict
        case .test(let field): return try evaluate(field, block, decoder, among: kinds)
        }
    }

    private func evaluate(
        _ field: FieldTest, _ block: OpenColdBlock, _ decoder: ColdBlockDecoder, among kinds: [Bool]?
    ) throws(BlockError) -> RowVerdict {
        let count = block.rowCount
        switch field.test {
        case .text, .number, .compare, .network, .regex, .timePart: return try values(field, block, among: kinds)
        case .time(let comparison, let bound):
            var bits = RowBits(count: count)
            for (row, time) in try block.times().enumerated() {
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
        case .exists: return try byKind(field, block, decoder)
        case .null, .field: return .nothingKnown(count)
        }
    }

    /// A test that one value decides: it is tried once on each distinct one.
    private func values(
        _ field: FieldTest, _ block: OpenColdBlock, among kinds: [Bool]?
    ) throws(BlockError) -> RowVerdict {
        let map = try ColdFieldMap(field.field, block, catalog: catalog)
        let test = tests.test(field)
        // Of what satisfies the test, the hits by value.
        var hits: [RowCodes.Use: [Bool]] = [:]
        for column in map.columns {
            let info = block.directory.columns[column]
            guard test.mayHold(info) else { continue }
            let opened = try block.column(column)
            for source in map.sources[column] ?? [] {
                let use = RowCodes.Use(column: column, kind: source.kind, part: source.part)
                if let found = test.hits(opened, info, source) { hits[use] = found }
            }
        }
        return try verdict(hits, map, block, among: kinds)
    }

    /// The rows that have one of the hits, among those of some kinds.
    private func verdict(
        _ hits: [RowCodes.Use: [Bool]], _ map: ColdFieldMap, _ block: OpenColdBlock, among kinds: [Bool]?
    ) throws(BlockError) -> RowVerdict {
        // Of each kind of row, the places that can hold a hit; and whether one of them always does.
        var open = map.places.map { places in
            places.filter { hits[RowCodes.Use(column: $0.column, kind: $0.kind, part: $0.part)] != nil }
        }
        var always = [Bool](repeating: false, count: open.count)
        let constant = Set(hits.filter { !$0.value.contains(false) }.keys)
        for kind in open.indices where !open[kind].isEmpty {
            if kinds?[kind] == false {
                open[kind] = []
            } else if open[kind].contains(where: {
                constant.contains(RowCodes.Use(column: $0.column, kind: $0.kind, part: $0.part))
            }) {
                always[kind] = true
                open[kind] = []
            }
        }
        var possibleKinds = zip(always, map.isUnclear).map { $0 || $1 }
        for kind in open.indices where !open[kind].isEmpty { possibleKinds[kind] = true }
        var bits = RowBits(try block.kinds(), where: always)
        // Most often a row has one value at most that can be a hit; where it can have several, there are as many passes.
        while open.contains(where: { !$0.isEmpty }) {
            let codes = try RowCodes(block, places: open.map(\.last))
            var table: [Bool] = []
            table.reserveCapacity(codes.valueCount)
            for use in codes.uses { table += hits[use] ?? [] }
            try table.withUnsafeBufferPointer { table throws(BlockError) in
                try bits.insertAll { insert throws(BlockError) in
                    try codes.forEach { row, index in if table[Int(index)] { insert(row) } }
                }
            }
            for kind in open.indices where !open[kind].isEmpty { open[kind].removeLast() }
        }
        var verdict = RowVerdict(exactly: bits)
        verdict.possible.formUnion(RowBits(try block.kinds(), where: map.isUnclear))
        verdict.possibleKinds = possibleKinds
        return verdict
    }

    /// A test on whether a field is there, which rows of one kind have in common: it is tried on one row of each.
    private func byKind(
        _ field: FieldTest, _ block: OpenColdBlock, _ decoder: ColdBlockDecoder
    ) throws(BlockError) -> RowVerdict {
        // Rows that share a record may be of one kind and have records of several.
        let kindList = try block.layout().kindList
        if kindList.contains(where: { $0.template == 0 }) { return .nothingKnown(block.rowCount) }
        let kinds = try block.kinds()
        var firsts = [UInt32?](repeating: nil, count: kindList.count)
        for (row, kind) in kinds.enumerated() where firsts[Int(kind)] == nil { firsts[Int(kind)] = UInt32(row) }
        let selected = firsts.compactMap { $0 }.sorted()
        let program = MatchProgram(.test(field), catalog: catalog)
        let scratch = MatchScratch()
        var holds = [Bool](repeating: false, count: kindList.count)
        var index = 0
        for part in try decoder.decode(block, selected: selected) {
            var matched: [UInt32] = []
            program.match(part.batch, scratch: scratch, into: &matched)
            for row in matched { holds[Int(kinds[Int(selected[index + Int(row)])])] = true }
            index += part.batch.rows.count
        }
        var bits = RowBits(count: block.rowCount)
        for (row, kind) in kinds.enumerated() where holds[Int(kind)] { bits.insert(row) }
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
