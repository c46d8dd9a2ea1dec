import EventModel
import Matching

// Hot path.

/// Collects the values of fields of the events that satisfy a request, with one thread's readers.
final class ColumnScan {
    /// For so many rows or fewer, values are unpacked one by one.
    static let fewRows = 256

    private let readers: BlockReaders
    private let search: ColdSearch
    /// Where counting is enough, and digests have what is counted.
    private let digests: DigestScan?
    private var sum: DigestSum
    private let request: SearchRequest
    private let fields: [[FieldSelector]]
    private let needsTimes: Bool
    private let catalog: FieldCatalog
    private let program: MatchProgram
    private let scratch = MatchScratch()
    private let unescaper: JSONScanner
    private let prefersOCSF: Bool

    /// - Parameter prefersOCSF: of an event that has an OCSF value of a name, the vendor's values of that name are left out.
    init(
        _ request: SearchRequest, fields: [[FieldSelector]], detail: ColumnDetail, _ readers: BlockReaders,
        prefersOCSF: Bool = false
    ) {
        catalog = readers.catalog
        self.prefersOCSF = prefersOCSF
        switch detail {
        case .counts(let grain):
            needsTimes = grain > 0
            digests = DigestScan(request, fields: fields, grain: grain, catalog: catalog)
        case .rows(let withTimes):
            needsTimes = withTimes
            digests = nil
        }
        sum = DigestSum(fieldCount: fields.count)
        self.readers = readers
        self.request = request
        self.fields = fields
        search = ColdSearch(request, catalog: catalog)
        program = MatchProgram(request.expression, catalog: catalog)
        unescaper = JSONScanner(catalog: catalog, limits: JSONLimits(maximumBytes: Field.maximumLength))
    }

    /// The matching events of a block; of one that was compacted since it was listed, those of the blocks that have them now.
    /// None if there are no such events.
    /// - Parameters:
    ///   - numbers: events without these numbers are not wanted; segments of hot blocks are read whole.
    ///   - keepsEvents: whole events will be asked for.
    func blocks(
        of entry: StoreEntry, within numbers: ClosedRange<Int64> = .min ... .max, keepsEvents: Bool = false,
        _ totals: inout SearchTotals
    ) throws -> [LoadedBlock] {
        switch entry {
        case .cold(let entry):
            return try block(of: entry, within: numbers, keepsEvents: keepsEvents, &totals).map { [$0] } ?? []
        case .hot(let hot):
            switch try readers.blocks.open(hot, withKeys: false) {
            case .gone:
                let own = entry.numbers.clamped(to: numbers)
                return try ColdCatalog.entries(readers.connection, sequences: own).compactMap {
                    try block(of: $0, within: own, keepsEvents: keepsEvents, &totals)
                }
            case .damaged(let damage): totals.damagedBlocks.append(damage)
            case .block(let block):
                totals.scannedBlocks += 1
                totals.events += hot.count
                do {
                    let parts = try parts(of: block, hot, within: numbers)
                    return give(self.block(of: parts), keepsEvents ? .hot(parts) : .nothing, &totals).map { [$0] } ?? []
                } catch {
                    totals.damagedBlocks.append(BlockSource.damage(hot, error.description))
                }
            }
            return []
        }
    }

    /// What the digests of the blocks that were gone through say, for all of them together; nil if none was counted so.
    var digested: ColumnBlock? { sum.block }

    private func block(
        of entry: ColdEntry, within numbers: ClosedRange<Int64>, keepsEvents: Bool, _ totals: inout SearchTotals
    ) throws -> LoadedBlock? {
        guard try search.mayMatch(entry, readers.cold) else { return nil }
        if let digests, numbers == .min ... .max, search.takesWhole(entry),
            let found = readers.cold.digest(entry, kind: digests.kind).flatMap(digests.block)
        {
            totals.digestedBlocks += 1
            totals.matched += found.eventCount
            totals.given += found.eventCount
            sum.add(found)
            return nil
        }
        return try readers.read(entry, &totals) { block, totals throws(BlockError) in
            let found = try self.block(of: block, span: entry.span, within: numbers)
            return give(found, keepsEvents ? .cold(block, readers.coldDecoder, entry) : .nothing, &totals)
        }
    }

    private func give(_ columns: ColumnBlock, _ source: LoadedBlock.Source, _ totals: inout SearchTotals) -> LoadedBlock? {
        guard columns.count > 0 else { return nil }
        totals.matched += columns.eventCount
        totals.given += columns.eventCount
        return LoadedBlock(columns, source)
    }

    // MARK: - Events

    private func parts(
        of block: OpenBlock, _ entry: BlockSource.Entry, within numbers: ClosedRange<Int64>
    ) throws(BlockError) -> [ColdPart] {
        var parts: [ColdPart] = []
        for segment in block.directory.segments where segment.rowCount > 0 {
            let first = entry.firstSequence + Int64(segment.firstRow)
            guard numbers.overlaps(first...first + Int64(segment.rowCount) - 1) else { continue }
            for part in try readers.blocks.decoder.decode(block, segment: segment) {
                let sequences = part.batch.rows.indices.map { part.firstSequence + Int64($0) }
                parts.append(ColdPart(batch: part.batch, sequences: sequences))
            }
        }
        return parts
    }

    /// The matching events of a hot block.
    private func block(of parts: [ColdPart]) -> ColumnBlock {
        var sequences: [Int64] = []
        var times: [Timestamp] = []
        let columns = fields.map { _ in FieldColumn() }
        for part in parts {
            var matched: [UInt32] = []
            program.match(part.batch, scratch: scratch, into: &matched)
            for row in matched {
                let event = part.batch[Int(row)]
                guard event.time.microseconds >= search.since, event.time.microseconds < search.until else { continue }
                sequences.append(part.sequences[Int(row)])
                times.append(event.time)
                for index in fields.indices {
                    columns[index].codes.append(-1)
                    columns[index].add(event, fields[index], to: sequences.count - 1, catalog, prefersOCSF: prefersOCSF)
                }
            }
        }
        return ColumnBlock(count: sequences.count, sequences: sequences, times: times, fields: columns)
    }

    // MARK: - Columns

    /// The matching events of a cold block that have these numbers.
    /// - Parameter span: the times between which all events of the block are.
    private func block(
        of block: OpenColdBlock, span: ClosedRange<Int64>, within numbers: ClosedRange<Int64>
    ) throws(BlockError) -> ColumnBlock {
        let verdict = try search.verdict(block, readers.coldDecoder, span: span)
        var selected = verdict.possible.rows
        if verdict.possible != verdict.sure { selected = try verified(selected, verdict.sure, block) }
        if numbers != .min ... .max {
            let sequences = try block.sequences()
            selected.removeAll { !numbers.contains(sequences[Int($0)]) }
        }
        var columns: [FieldColumn] = []
        if !selected.isEmpty {
            let values = ColdValues(
                block, selected: selected, catalog: catalog, decoder: readers.coldDecoder, unescaper: unescaper,
                prefersOCSF: prefersOCSF)
            for field in fields { columns.append(try values.column(field)) }
        }
        guard needsTimes else { return ColumnBlock(count: selected.count, fields: columns) }
        let (times, sequences) = (try block.times(), try block.sequences())
        return ColumnBlock(
            count: selected.count, sequences: selected.map { sequences[Int($0)] },
            times: selected.map { Timestamp(microseconds: times[Int($0)]) }, fields: columns)
    }

    /// Those rows that satisfy the expression, where columns do not tell.
    private func verified(
        _ selected: [UInt32], _ sure: RowBits, _ block: OpenColdBlock
    ) throws(BlockError) -> [UInt32] {
        let open = selected.filter { !sure.contains(Int($0)) }
        var bits = sure
        var index = 0
        for part in try readers.coldDecoder.decode(block, selected: open) {
            var matched: [UInt32] = []
            program.match(part.batch, scratch: scratch, into: &matched)
            for row in matched { bits.insert(Int(open[index + Int(row)])) }
            index += part.batch.rows.count
        }
        return bits.rows
    }
}
