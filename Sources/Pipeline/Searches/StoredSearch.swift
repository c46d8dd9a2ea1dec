public import Searching
public import Storage

/// A search carried out over a store: what the plan's filter finds, by columns where they will do.
public enum StoredSearch {
    /// The store's columns do not fit together: one of its blocks is damaged in a way that its checksums do not tell.
    public struct MisfitColumns: Error {}

    /// No further events make a difference.
    private struct Enough: Error {}

    /// Goes through what the store finds for a request of the plan's filter, in one of two ways, as the plan allows. Nil if
    /// `onEvent` had enough before its end.
    /// - Parameters:
    ///   - onColumns: takes events by columns, in any order. Called by several threads at once.
    ///   - onEvent: takes an event, in the request's order; false once more make no difference.
    /// - Throws: `StoreError`, `CancellationError`, `MisfitColumns`, and what the two throw.
    public static func search(
        _ plan: SearchPlan, _ reader: StoreReader, _ request: SearchRequest,
        onColumns: @Sendable (ColumnBatch) throws -> Void, onEvent: @Sendable (FoundEvent) throws -> Bool
    ) async throws -> SearchTotals? {
        if plan.takesColumnsInAnyOrder {
            let columns = StoreColumns(plan)
            let detail =
                plan.countingGrain.map { ColumnDetail.counts(grain: $0) } ?? .rows(withTimes: plan.needsTimes)
            return try await reader.columns(request, fields: columns.selectors, detail: detail) { block in
                guard let batch = columns.batch(block) else { throw MisfitColumns() }
                try onColumns(batch)
            }
        }
        do {
            return try await reader.search(request) { found in
                // A limit ends the search by itself, and then it can tell what it went through.
                if try !onEvent(found), request.limit == nil { throw Enough() }
            }
        } catch is Enough {
            return nil
        }
    }
}
