/// Adds the columns of a table's row.
final class LookupOperator: RowOperator {
    private let index: LookupIndex
    private let key: Int
    private let slots: [Int]

    init(_ index: LookupIndex, key: Int, slots: [Int]) {
        self.index = index
        self.key = key
        self.slots = slots
    }

    override func add(_ row: SearchRow) throws {
        var row = row
        if let found = index.find(row.values[key]) {
            for (slot, value) in zip(slots, found) { row.values[slot] = value }
        }
        try next?.add(row)
    }
}
