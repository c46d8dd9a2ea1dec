/// Files entries under their keys.
struct EntryIndexBuilder {
    private struct Filed {
        var posting: EntryIndex.Posting
        var keys: Set<RequiredKey>
        /// Run on every event of its products.
        var isAlways: Bool
    }

    private var filed: [Filed] = []
    private(set) var statistics = EventMatcher.Statistics()

    /// Files the next entry. Its posting's `start` is set when all programs have their places.
    mutating func file(start: Int32, gate: UInt32, _ choice: RequiredKeys.Choice) {
        let entry = UInt32(filed.count)
        var keys: Set<RequiredKey> = []
        var isAlways = false
        statistics.entries += 1
        if start == Instruction.reject {
            statistics.never += 1
        } else {
            switch choice {
            case .none:
                isAlways = true
                statistics.always += 1
            case .keys(let chosen, _):
                keys = Set(chosen)
                if keys.isEmpty {
                    statistics.never += 1
                } else if keys.contains(where: \.isPresence) {
                    statistics.byPresence += 1
                } else {
                    statistics.byValue += 1
                }
            }
        }
        let posting = EntryIndex.Posting(entry: entry, start: start, gate: gate, isRepeated: keys.count > 1)
        filed.append(Filed(posting: posting, keys: keys, isAlways: isAlways))
    }

    /// The entries, those of one key beside each other.
    var order: [Int] {
        let firsts = filed.map { $0.keys.map(\.rank).min() ?? .max }
        return filed.indices.sorted { (firsts[$0], $0) < (firsts[$1], $1) }
    }

    /// - Parameters:
    ///   - starts: by entry, where its program has come to stand.
    ///   - numbers: the new number of each test.
    ///   - test: the tests by their new numbers.
    func finish(
        starts: [Int32], numbers: [UInt32], slotCount: Int, gates: ProductGates, test: (UInt32) -> CompiledTest
    ) -> EntryIndex {
        var byTest: [UInt32: [EntryIndex.Posting]] = [:]
        var bySlot: [UInt32: [EntryIndex.Posting]] = [:]
        var unfiled: [EntryIndex.Posting] = []
        for (number, entry) in filed.enumerated() {
            var posting = entry.posting
            posting.start = starts[number]
            if entry.isAlways { unfiled.append(posting) }
            for key in entry.keys {
                switch key {
                case .test(let test): byTest[numbers[Int(test)], default: []].append(posting)
                case .presence(let slot): bySlot[slot, default: []].append(posting)
                }
            }
        }
        let products = gates.productCount + 1
        var postings: [EntryIndex.Posting] = []
        var tests = [EntryIndex.Run](repeating: .init(), count: numbers.count)
        var slots = [EntryIndex.Slot](repeating: .init(), count: slotCount)
        var looksUpAnyValue = [Bool](repeating: false, count: products)
        var triesAnyValue = [Bool](repeating: false, count: products)
        for (index, entries) in byTest.sorted(by: { $0.key < $1.key }) {
            let compiled = test(index)
            let isKey = compiled.kind == .key
            if compiled.slot == TestTable.anyValue {
                for product in 0..<products where entries.contains(where: { gates.passes($0.gate, product) }) {
                    if isKey { looksUpAnyValue[product] = true } else { triesAnyValue[product] = true }
                }
            } else if isKey {
                slots[Int(compiled.slot)].looksUpKeys = true
            } else {
                slots[Int(compiled.slot)].triesPatterns = true
            }
            tests[Int(index)] = Self.append(entries, to: &postings)
        }
        for (slot, entries) in bySlot.sorted(by: { $0.key < $1.key }) {
            slots[Int(slot)].present = Self.append(entries, to: &postings)
        }
        let always = (0..<products).map { product in
            Self.append(unfiled.filter { gates.passes($0.gate, product) }, to: &postings)
        }
        return EntryIndex(
            tests: FrozenBuffer(tests), slots: FrozenBuffer(slots), always: FrozenBuffer(always),
            looksUpAnyValue: FrozenBuffer(looksUpAnyValue), triesAnyValue: FrozenBuffer(triesAnyValue),
            postings: FrozenBuffer(postings))
    }

    private static func append(_ entries: [EntryIndex.Posting], to postings: inout [EntryIndex.Posting]) -> EntryIndex.Run {
        let first = UInt32(postings.count)
        postings += entries
        return EntryIndex.Run(first: first, end: UInt32(postings.count))
    }
}
