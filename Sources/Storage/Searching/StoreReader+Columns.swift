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
            let blocks = try ColumnBlocks(parts, request, fields: fields)
            while let loaded = try blocks.next() {
                for block in loaded { try body(block.columns) }
            }
            return blocks.totals
        }
    }
}
