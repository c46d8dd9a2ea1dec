import EventModel

/// Gathers the tests of one or many expressions into a `TestTable`.
struct TestTableBuilder {
    /// A test after compilation, by which equal ones are found.
    private enum Identity: Hashable {
        case text(slot: UInt32, folded: [UInt8])
        case number(slot: UInt32, bits: UInt64)
        case other(slot: UInt32, ValueTest)
    }

    private let catalog: FieldCatalog
    private var tests: [CompiledTest] = []
    private var operands: [UInt64] = []
    private var identities: [Identity: UInt32] = [:]
    private var slots = [TestTable.Slot()]
    private var selectors: [FieldSelector: UInt32] = [.anyValue: TestTable.anyValue]
    private var fields: [(id: FieldID, slot: UInt32, isVendorOnly: Bool, path: String)] = []
    private var members: [UInt32: [SlotPatterns.Member]] = [:]
    private var texts: [(slot: UInt32, folded: [UInt8], test: UInt32)] = []
    private var numbers: [(slot: UInt32, value: Double, test: UInt32)] = []
    private var presence: Set<UInt32> = []
    private let isMany: Bool

    /// - Parameter isMany: the tests are of a rule set that all events go through, not of one search.
    init(catalog: FieldCatalog, isMany: Bool) {
        self.catalog = catalog
        self.isMany = isMany
    }

    var slotCount: Int { slots.count }
    var testCount: Int { tests.count }

    func test(_ index: UInt32) -> CompiledTest { tests[Int(index)] }

    /// The tests of which one must hold: one for nearly all; two for a number whose text is not how numbers are written.
    mutating func add(_ field: FieldTest) -> [UInt32] {
        let slot = slot(for: field.field)
        switch field.test {
        case .text(let pattern):
            let test = TextTest(pattern)
            if let exact = test.exact, !pattern.isCased { return [addText(slot, exact)] }
            return [addPattern(slot, field.test, .text(test))]
        case .number(let value, let text):
            let number = addNumber(slot, value)
            return NumberTest.parse(text) == value ? [number] : [number, addText(slot, CaseFolding.fold(text))]
        case .network(let network):
            return [addPattern(slot, field.test, .network(network))]
        case .regex(let pattern):
            // Asked for several times, compiled once.
            if let known = identities[.other(slot: slot, field.test)] { return [known] }
            guard let regex = RegexTest(pattern) else {
                return [add(slot, field.test) { CompiledTest(kind: .never, slot: slot) }]
            }
            return [addPattern(slot, field.test, .regex(regex))]
        case .exists(let isPresent):
            presence.insert(slot)
            return [add(slot, field.test) { CompiledTest(kind: isPresent ? .present : .missing, slot: slot) }]
        case .null:
            presence.insert(slot)
            return [add(slot, field.test) { CompiledTest(kind: .null, slot: slot) }]
        case .compare(let comparison, let bound):
            return [add(slot, field.test, .compare, comparison, operand: bound.bitPattern)]
        case .time(let comparison, let bound):
            return [add(slot, field.test, .time, comparison, operand: UInt64(bitPattern: bound.microseconds))]
        case .timePart(let part, let range):
            let before = tests.count
            let argument = UInt32(operands.count)
            let index = add(slot, field.test) {
                CompiledTest(kind: .timePart, slot: slot, argument: argument, part: part)
            }
            if tests.count > before {
                operands += [range.lowerBound, range.upperBound].map { UInt64(bitPattern: Int64($0)) }
            }
            return [index]
        case .field(let other, let relation):
            let otherSlot = self.slot(for: other)
            return [
                add(slot, field.test) {
                    CompiledTest(kind: .relation, slot: slot, argument: otherSlot, relation: relation)
                }
            ]
        }
    }

    private mutating func add(
        _ slot: UInt32, _ test: ValueTest, _ kind: CompiledTest.Kind, _ comparison: Comparison, operand: UInt64
    ) -> UInt32 {
        let before = tests.count
        let argument = UInt32(operands.count)
        let index = add(slot, test) { CompiledTest(kind: kind, slot: slot, argument: argument, comparison: comparison) }
        if tests.count > before { operands.append(operand) }
        return index
    }

    private mutating func add(_ slot: UInt32, _ test: ValueTest, _ make: () -> CompiledTest) -> UInt32 {
        add(.other(slot: slot, test), make)
    }

    private mutating func add(_ identity: Identity, _ make: () -> CompiledTest) -> UInt32 {
        if let known = identities[identity] { return known }
        let index = UInt32(tests.count)
        tests.append(make())
        identities[identity] = index
        return index
    }

    private mutating func addText(_ slot: UInt32, _ folded: [UInt8]) -> UInt32 {
        let before = tests.count
        let test = add(.text(slot: slot, folded: folded)) { CompiledTest(kind: .key, slot: slot) }
        if tests.count > before {
            texts.append((slot, folded, test))
            slots[Int(slot)].hasTexts = true
            slots[Int(slot)].lengths |= 1 << UInt64(min(folded.count, 63))
        }
        return test
    }

    private mutating func addNumber(_ slot: UInt32, _ value: Double) -> UInt32 {
        let before = tests.count
        let test = add(.number(slot: slot, bits: NumberTest.key(value))) { CompiledTest(kind: .key, slot: slot) }
        if tests.count > before {
            numbers.append((slot, value, test))
            slots[Int(slot)].hasNumbers = true
        }
        return test
    }

    private mutating func addPattern(_ slot: UInt32, _ test: ValueTest, _ pattern: ValuePattern) -> UInt32 {
        let before = tests.count
        let place = UInt32(members[slot]?.count ?? 0)
        let index = add(slot, test) { CompiledTest(kind: .pattern, slot: slot, argument: place) }
        if tests.count > before { members[slot, default: []].append(.init(test: index, pattern: pattern)) }
        return index
    }

    private mutating func slot(for selector: FieldSelector) -> UInt32 {
        let path: String
        let isVendorOnly: Bool
        switch selector {
        case .anyValue: return TestTable.anyValue
        case .named(let name): (path, isVendorOnly) = (FieldCatalog.fold(name), false)
        case .vendor(let name): (path, isVendorOnly) = (FieldCatalog.fold(name), true)
        }
        let folded: FieldSelector = isVendorOnly ? .vendor(path) : .named(path)
        if let known = selectors[folded] { return known }
        let slot = UInt32(slots.count)
        slots.append(TestTable.Slot())
        selectors[folded] = slot
        fields.append((catalog.intern(path), slot, isVendorOnly, path))
        return slot
    }

    /// Renumbers the tests: test n becomes `numbers[n]`.
    mutating func renumber(_ numbers: [UInt32]) {
        var moved = tests
        for (old, new) in numbers.enumerated() { moved[Int(new)] = tests[old] }
        tests = moved
        for index in texts.indices { texts[index].test = numbers[Int(texts[index].test)] }
        for index in self.numbers.indices { self.numbers[index].test = numbers[Int(self.numbers[index].test)] }
        for slot in members.keys {
            members[slot] = members[slot]?.map { .init(test: numbers[Int($0.test)], pattern: $0.pattern) }
        }
        identities = identities.mapValues { numbers[Int($0)] }
    }

    /// The table; the builder must not be used again.
    consuming func finish() -> TestTable {
        // A full catalog has given the overflow number: such fields are found by free text only.
        let named = fields.filter { $0.id != .overflow }
        let count = (named.map(\.id.index).max() ?? 0) + 1
        var vendorSlots = [UInt32](repeating: 0, count: count)
        var ocsfSlots = [UInt32](repeating: 0, count: count)
        for field in named where !field.isVendorOnly {
            vendorSlots[field.id.index] = field.slot
            ocsfSlots[field.id.index] = field.slot
        }
        for field in named where field.isVendorOnly {
            let primary = vendorSlots[field.id.index]
            if primary == 0 {
                vendorSlots[field.id.index] = field.slot
            } else {
                slots[Int(primary)].vendorTwin = field.slot
            }
        }
        var patterns: [SlotPatterns] = []
        for (slot, list) in members.sorted(by: { $0.key < $1.key }) {
            slots[Int(slot)].patterns = Int32(patterns.count)
            patterns.append(SlotPatterns(list, isMany: isMany))
            slots[Int(slot)].isRemembered = patterns[patterns.count - 1].isRemembered
        }
        var parents: [String: [TestTable.Parent]] = [:]
        for field in fields where presence.contains(field.slot) {
            parents[field.path, default: []].append(.init(slot: field.slot, isVendorOnly: field.isVendorOnly))
        }
        return TestTable(
            catalog: catalog, tests: tests, operands: operands, slots: slots, vendorSlots: vendorSlots,
            ocsfSlots: ocsfSlots, keys: KeyTable(texts: texts, numbers: numbers), patterns: patterns, parents: parents)
    }
}
