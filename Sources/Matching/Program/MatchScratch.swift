/// Working memory of one lane or one search, for as many programs and matchers as come along; not to be shared.
///
/// It holds on to the memory of the last few test tables it was used with, so that a lane may alternate between them.
public final class MatchScratch {
    private static let maximumKept = 4
    private var kept: [MatchMemory] = []

    public init() {}

    /// The memory for `table`, made if this is a new one.
    func memory(for table: TestTable) -> MatchMemory {
        if let first = kept.first, first.table === table { return first }
        if let index = kept.firstIndex(where: { $0.table === table }) {
            kept.swapAt(0, index)
            return kept[0]
        }
        if kept.count == Self.maximumKept { kept.removeLast() }
        kept.insert(MatchMemory(table), at: 0)
        return kept[0]
    }
}
