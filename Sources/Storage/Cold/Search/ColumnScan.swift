import EventModel
import Matching

// Hot path. Unsafe: ranks are checked against the columns' counts.

/// Collects the values of fields of the events that satisfy a request, with one thread's readers.
final class ColumnScan {
    /// For so many rows or fewer, values are unpacked one by one.
    static let fewRows = 256

    private let readers: BlockReaders
    private let search: ColdSearch
    /// Where counting is enough, and digests have what is counted.
    private let digests: DigestScan?
    private let request: SearchRequest
    private let fields: [[FieldSelector]]
    private let needsTimes: Bool
    private let catalog: FieldCatalog
    private let program: MatchProgram
    private let scratch = MatchScratch()
    private let unescaper: JSONScanner

    init(
        _ request: SearchRequest, fields: [[FieldSelector]], detail: ColumnDetail, _ readers: BlockReaders,
        catalog: FieldCatalog
    ) {
        switch detail {
        case .counts(let grain):
            needsTimes = grain > 0
            digests = DigestScan(request, fields: fields, grain: grain, catalog: catalog)
        case .rows(let withTimes):
            needsTimes = withTimes
            digests = nil
        }
        self.readers = readers
        self.request = request
        self.fields = fields
        self.catalog = catalog
        search = ColdSearch(request, catalog: catalog)
        program = MatchProgram(request.expression, catalog: catalog)
        unescaper = JSONScanner(catalog: catalog, limits: JSONLimits(maximumBytes: Field.maximumLength))
    }

    /// The matching events of a block; of one that was compacted since it was listed, those of the blocks that have them now.
    func blocks(of entry: StoreEntry, _ totals: inout SearchTotals) throws -> [ColumnBlock] {
        switch entry {
        case .cold(let entry): return try block(of: entry, within: .min ... .max, &totals).map { [$0] } ?? []
        case .hot(let entry):
            switch try readers.blocks.open(entry, withKeys: false) {
            case .gone:
                let numbers = entry.firstSequence...entry.firstSequence + Int64(entry.count) - 1
                return try ColdCatalog.entries(readers.connection, sequences: numbers).compactMap {
                    try block(of: $0, within: numbers, &totals)
                }
            case .damaged(let damage):
                totals.damagedBlocks.append(damage)
                return []
            case .block(let block):
                totals.scannedBlocks += 1
                totals.events += entry.count
                do {
                    return [try self.block(of: block)]
                } catch {
                    totals.damagedBlocks.append(BlockSource.damage(entry, error.description))
                    return []
                }
            }
        }
    }

    private func block(
        of entry: ColdEntry, within numbers: ClosedRange<Int64>, _ totals: inout SearchTotals
    ) throws -> ColumnBlock? {
        guard try search.mayMatch(entry, readers.cold) else { return nil }
        if let digests, numbers == .min ... .max, search.takesWhole(entry),
            let found = readers.cold.digest(entry, kind: digests.kind).flatMap(digests.block)
        {
            totals.digestedBlocks += 1
            return found
        }
        return try readers.cold.reading(entry) { try opened(entry, within: numbers, &totals) }
    }

    private func opened(
        _ entry: ColdEntry, within numbers: ClosedRange<Int64>, _ totals: inout SearchTotals
    ) throws -> ColumnBlock? {
        switch try readers.cold.open(entry) {
        case .gone: totals.damagedBlocks.append(ColdSource.damage(entry, "it was replaced while it was read; search again"))
        case .damaged(let damage): totals.damagedBlocks.append(damage)
        case .block(let block):
            totals.scannedBlocks += 1
            totals.events += entry.count
            do {
                return try self.block(of: block, span: entry.span, within: numbers)
            } catch {
                totals.damagedBlocks.append(ColdSource.damage(entry, error.description))
            }
        }
        return nil
    }

    // MARK: - Events

    /// The matching events of a hot block.
    private func block(of block: OpenBlock) throws(BlockError) -> ColumnBlock {
        var sequences: [Int64] = []
        var times: [Timestamp] = []
        let columns = fields.map { _ in FieldColumn() }
        for part in try readers.blocks.decoder.decode(block) {
            var matched: [UInt32] = []
            program.match(part.batch, scratch: scratch, into: &matched)
            for row in matched {
                let event = part.batch[Int(row)]
                guard event.time.microseconds >= search.since, event.time.microseconds < search.until else { continue }
                sequences.append(part.firstSequence + Int64(row))
                times.append(event.time)
                for index in fields.indices {
                    columns[index].codes.append(-1)
                    columns[index].add(event, fields[index], to: sequences.count - 1, catalog)
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
                block, selected: selected, catalog: catalog, decoder: readers.coldDecoder, unescaper: unescaper)
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
