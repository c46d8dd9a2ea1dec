import EventModel
public import Matching

extension StoreReader {
    /// Gives the events that satisfy a request by columns, a block at a time: for `stats count by user` and the like.
    ///
    /// In cold blocks only the columns that the expression and `fields` name are read, and the expression is tried once on each
    /// distinct value; events are put together only where columns do not tell. The request's limit and order do not count.
    /// - Parameters:
    ///   - fields: which values are wanted; `anyValue` gives none.
    ///   - body: what it throws ends the scan.
    @discardableResult
    public func columns(
        _ request: SearchRequest, fields: [FieldSelector], _ body: @Sendable (ColumnBlock) throws -> Void
    ) throws -> SearchTotals {
        try StoreError.translating(files.database) {
            var totals = SearchTotals()
            let scan = ColumnScan(request, fields: fields, catalog: catalog)
            totals.blocks = try blocks.count() + ColdCatalog.count(connection)
            for entry in try entries(request) {
                if Task.isCancelled { throw CancellationError() }
                switch entry {
                case .cold(let entry): try columns(entry, scan, within: .min ... .max, &totals, body)
                case .hot(let entry): try columns(entry, scan, &totals, body)
                }
            }
            return totals
        }
    }

    private func columns(
        _ entry: BlockSource.Entry, _ scan: ColumnScan, _ totals: inout SearchTotals, _ body: (ColumnBlock) throws -> Void
    ) throws {
        switch try blocks.open(entry, withKeys: false) {
        case .gone:
            // Compacted since it was listed.
            let numbers = entry.firstSequence...entry.firstSequence + Int64(entry.count) - 1
            for cold in try ColdCatalog.entries(connection, sequences: numbers) {
                try columns(cold, scan, within: numbers, &totals, body)
            }
        case .damaged(let damage): totals.damagedBlocks.append(damage)
        case .block(let block):
            totals.scannedBlocks += 1
            totals.events += entry.count
            let parts: [ColdPart]
            do {
                parts = try blocks.decoder.decode(block).map { part in
                    ColdPart(
                        batch: part.batch, sequences: part.batch.rows.indices.map { part.firstSequence + Int64($0) })
                }
            } catch {
                totals.damagedBlocks.append(BlockSource.damage(entry, error.description))
                return
            }
            try give(scan.block(of: parts), &totals, body)
        }
    }

    private func columns(
        _ entry: ColdEntry, _ scan: ColumnScan, within numbers: ClosedRange<Int64>, _ totals: inout SearchTotals,
        _ body: (ColumnBlock) throws -> Void
    ) throws {
        guard try scan.search.mayMatch(entry, cold) else { return }
        switch try cold.open(entry) {
        case .gone: totals.damagedBlocks.append(ColdSource.damage(entry, "it was replaced while it was read; search again"))
        case .damaged(let damage): totals.damagedBlocks.append(damage)
        case .block(let block):
            totals.scannedBlocks += 1
            totals.events += entry.count
            let found: ColumnBlock
            do {
                found = try scan.block(of: block, coldDecoder, within: numbers)
            } catch {
                totals.damagedBlocks.append(ColdSource.damage(entry, error.description))
                return
            }
            try give(found, &totals, body)
        }
    }

    private func give(_ block: ColumnBlock, _ totals: inout SearchTotals, _ body: (ColumnBlock) throws -> Void) throws {
        guard block.count > 0 else { return }
        totals.matched += block.count
        totals.given += block.count
        try body(block)
    }
}
