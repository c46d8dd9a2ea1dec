import Storage

extension SearchTotals {
    /// More blocks than this are not told one by one.
    private static let listedBlocks = 10

    /// Says which blocks could not be read, if any; throws then, since the result lacks their events.
    func complain() throws {
        guard isPartial else { return }
        for block in damagedBlocks.prefix(Self.listedBlocks) { Console.note("not searched: \(block)") }
        let rest = damagedBlocks.count - Self.listedBlocks
        if rest > 0 { Console.note("not searched: \(rest) blocks more") }
        let blocks = damagedBlocks.count == 1 ? "one block" : "\(damagedBlocks.count) blocks"
        throw CommandError(.partial, "the result is partial: \(blocks) could not be read")
    }
}
