import EventModel
public import Matching
import Synchronization

extension StoreReader {
    /// Gives the events that satisfy a request by columns, a block at a time: for `stats count by user` and the like.
    ///
    /// In cold blocks only the columns that the expression and `fields` name are read, and the expression is tried once on each
    /// distinct value; events are put together only where columns do not tell. The request's limit and order do not count: blocks
    /// come in any order.
    /// - Parameters:
    ///   - fields: which values are wanted: of each field, the selectors of which the first that gives any counts. `anyValue`
    ///     gives none.
    ///   - detail: what is needed of each event.
    ///   - body: called by several threads at once. What it throws ends the scan.
    @discardableResult
    public func columns(
        _ whole: SearchRequest, fields: [[FieldSelector]], detail: ColumnDetail = .rows(withTimes: true),
        _ body: @Sendable (ColumnBlock) throws -> Void
    ) throws -> SearchTotals {
        let request = whole.narrowed()
        return try StoreError.translating(files.database) {
            let scans = try workers().map { ColumnScan(request, fields: fields, detail: detail, $0) }
            let entries = try self.own.entries(request)
            let all = try self.own.blockCount()
            let totals = Mutex(SearchTotals())
            try ParallelScan.run(scans, owners: entries.map { $0.owner(of: scans.count) }) { scan, index in
                var own = SearchTotals()
                let found = try scan.blocks(of: entries[index], &own)
                totals.withLock { $0.add(own) }
                for block in found { try body(block.columns) }
            }
            for scan in scans {
                if let block = scan.digested { try body(block) }
            }
            return totals.withLock { totals in
                totals.blocks = all
                return totals
            }
        }
    }
}
