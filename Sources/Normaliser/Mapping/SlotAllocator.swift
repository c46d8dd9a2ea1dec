import EventModel

/// Numbers the slots of a mapping while it is compiled.
struct SlotAllocator {
    private struct GroupKey: Hashable {
        var list: String
        var key: String
    }

    private struct Group {
        var rows: [String: Int] = [:]
        var columns: [String: Int] = [:]
        var targets: [(row: String, column: String, slot: Int32)] = []
    }

    private let catalog: FieldCatalog
    private var known: [String: Int32] = [:]
    private var plain: [FieldID: Int32] = [:]
    private var groupOrder: [GroupKey] = []
    private var groups: [GroupKey: Group] = [:]

    init(catalog: FieldCatalog) { self.catalog = catalog }

    /// The slot of a path; paths that mean the same share one.
    mutating func slot(_ path: VendorPath) -> Int32 {
        guard let selector = path.selector else {
            let id = catalog.intern(path.path)
            if let slot = plain[id] { return slot }
            let slot = newSlot()
            plain[id] = slot
            return slot
        }
        let list = FieldCatalog.fold(selector.list)
        let key = FieldCatalog.fold(selector.key)
        let rest = FieldCatalog.fold(selector.rest)
        let name = "\(list)[\(key)=\(selector.values.joined(separator: "|"))].\(rest)"
        if let slot = known[name] { return slot }
        let slot = newSlot()
        known[name] = slot
        let groupKey = GroupKey(list: list, key: key)
        if groups[groupKey] == nil { groupOrder.append(groupKey) }
        var group = groups[groupKey] ?? Group()
        if group.columns[rest] == nil { group.columns[rest] = group.columns.count }
        for value in selector.values {
            if group.rows[value] == nil { group.rows[value] = group.rows.count }
            group.targets.append((value, rest, slot))
        }
        groups[groupKey] = group
        return slot
    }

    private var count: Int32 = 0

    private mutating func newSlot() -> Int32 {
        count += 1
        return count - 1
    }

    /// The tables for all slots given out.
    func tables() -> (codes: DenseTable, slots: SlotTables) {
        var complex: [FieldID: (plainSlot: Int32, roles: [SlotTables.Role])] = [:]
        func add(_ role: SlotTables.Role, _ path: String) {
            let id = catalog.intern(path)
            complex[id, default: (plain[id] ?? -1, [])].roles.append(role)
        }
        var made: [SlotTables.Group] = []
        for (index, groupKey) in groupOrder.enumerated() {
            let group = groups[groupKey] ?? Group()
            let number = Int32(index)
            add(.mark(group: number), groupKey.list)
            add(.key(group: number), "\(groupKey.list).\(groupKey.key)")
            for (column, place) in group.columns.sorted(by: { $0.value < $1.value }) {
                add(.value(group: number, column: Int32(place)), "\(groupKey.list).\(column)")
            }
            var targets = [[Int32]](repeating: [], count: group.rows.count * group.columns.count)
            for target in group.targets {
                guard let row = group.rows[target.row], let column = group.columns[target.column] else { continue }
                targets[row * group.columns.count + column].append(target.slot)
            }
            made.append(
                SlotTables.Group(
                    words: ByteTable(group.rows.map { ($0.key, $0.value) }), columns: group.columns.count, targets: targets))
        }
        var codes: [FieldID: UInt16] = [:]
        for (id, slot) in plain { codes[id] = UInt16(slot) + 1 }
        var list: [(plainSlot: Int32, roles: [SlotTables.Role])] = []
        for (id, entry) in complex.sorted(by: { $0.key < $1.key }) {
            codes[id] = SlotTables.complexBase + UInt16(list.count)
            list.append(entry)
        }
        codes[.overflow] = nil
        return (DenseTable(codes), SlotTables(count: Int(count), complex: list, groups: made))
    }
}
