import EventModel

// Hot path. Unsafe: the pointers into the event's batch are valid while the caller keeps the batch alive, which is for the
// whole life of an evaluator.

/// Answers tests of one `TestTable` about one event at a time. Each test is decided at most once an event, and only when asked
/// for.
struct MatchEvaluator {
    let table: TestTable
    let memory: MatchMemory
    private let batch: EventBatch
    // Copies of pointers that table and memory hold, one step nearer.
    private let slotInfo: UnsafeMutablePointer<TestTable.Slot>
    private let counters: UnsafeMutablePointer<MatchMemory.Counters>
    private let slots: UnsafeMutablePointer<SlotState>
    private let truth: UnsafeMutablePointer<UInt32>
    private let rawBase: UnsafeRawPointer
    private let derivedBase: UnsafeRawPointer
    private var vendor = UnsafeBufferPointer<Field>(start: nil, count: 0)
    private var ocsf = UnsafeBufferPointer<Field>(start: nil, count: 0)
    private var body = UnsafeRawBufferPointer(start: nil, count: 0)
    private var raw = UnsafeRawBufferPointer(start: nil, count: 0)
    private var time = Timestamp(microseconds: 0)

    init(_ table: TestTable, _ memory: MatchMemory, _ batch: EventBatch) {
        self.table = table
        self.memory = memory
        self.batch = batch
        slotInfo = table.slots.base
        counters = memory.counters
        slots = memory.slots
        truth = memory.truth
        rawBase = UnsafeRawPointer(batch.raw.base)
        derivedBase = UnsafeRawPointer(batch.derived.base)
    }

    /// Takes up the next event: chains its fields to the slots that some test reads.
    @inline(__always)
    mutating func begin(_ row: borrowing EventRow) {
        let fields = batch.fields.baseAddress.unsafelyUnwrapped
        vendor = UnsafeBufferPointer(start: fields + Int(row.vendorStart), count: Int(row.vendorEnd &- row.vendorStart))
        ocsf = UnsafeBufferPointer(start: fields + Int(row.ocsfStart), count: Int(row.ocsfEnd &- row.ocsfStart))
        body = UnsafeRawBufferPointer(start: rawBase + Int(row.bodyOffset), count: Int(row.bodyLength))
        raw = UnsafeRawBufferPointer(start: rawBase + Int(row.rawOffset), count: Int(row.rawLength))
        time = row.time
        memory.begin(fields: vendor.count &* 2 &+ ocsf.count)
        let limit = table.vendorSlots.count
        let vendorSlots = table.vendorSlots.base
        for field in vendor where field.id.index < limit {
            let slot = vendorSlots[field.id.index]
            if slot != 0 {
                chain(field, slot)
                let twin = slotInfo[Int(slot)].vendorTwin
                if twin != 0 { chain(field, twin) }
            }
        }
        let ocsfSlots = table.ocsfSlots.base
        for field in ocsf where field.id.index < limit {
            let slot = ocsfSlots[field.id.index]
            if slot != 0 { chain(field, slot) }
        }
        if !table.parents.isEmpty { markParents() }
    }

    @inline(__always)
    private func chain(_ field: Field, _ slot: UInt32) {
        let generation = counters.pointee.generation
        let state = slots + Int(slot)
        var next: UInt32 = 0
        if state.pointee.touched == generation {
            next = state.pointee.head
        } else {
            state.pointee.touched = generation
            memory.touched[counters.pointee.touchedCount] = slot
            counters.pointee.touchedCount &+= 1
        }
        let index = counters.pointee.valueCount
        let base = (field.isDerived ? derivedBase : rawBase) + Int(field.offset)
        memory.values[index] = SlotValue(
            base: base, length: UInt32(truncatingIfNeeded: field.length), kind: field.kind, lead: base.load(as: UInt8.self),
            next: next)
        counters.pointee.valueCount = index &+ 1
        state.pointee.head = UInt32(truncatingIfNeeded: index &+ 1)
    }

    /// Objects are present through the fields below them.
    private func markParents() {
        for field in vendor where memory.hasAncestors(field.id) {
            for parent in memory.ancestors(of: field.id) { markParent(parent.slot) }
        }
        for field in ocsf where memory.hasAncestors(field.id) {
            for parent in memory.ancestors(of: field.id) where !parent.isVendorOnly { markParent(parent.slot) }
        }
    }

    private func markParent(_ slot: UInt32) {
        let generation = counters.pointee.generation
        let state = slots + Int(slot)
        if state.pointee.isParent == generation { return }
        state.pointee.isParent = generation
        if state.pointee.touched == generation { return }
        memory.touched[counters.pointee.touchedCount] = slot
        counters.pointee.touchedCount &+= 1
    }

    /// Whether the test of an instruction holds for the event at hand.
    @inline(__always)
    func holds(_ instruction: Instruction) -> Bool {
        let generation = counters.pointee.generation
        let known = truth[Int(instruction.test)]
        if known &>> 1 == generation { return known & 1 == 1 }
        if instruction.keySlot == Instruction.noSlot { return decide(instruction.test) }
        // An equality: once its slot has been looked up, whatever is not noted does not hold.
        if slots[Int(instruction.keySlot)].keysKnown != generation { lookUp(instruction.keySlot) }
        return truth[Int(instruction.test)] == generation &<< 1 | 1
    }

    @inline(never)
    private func lookUp(_ slot: UInt32) { resolveKeys(slot) }

    @inline(never)
    private func decide(_ index: UInt32) -> Bool {
        let test = table.tests[Int(index)]
        let generation = counters.pointee.generation
        var holds = false
        switch test.kind {
        case .key:
            lookUp(test.slot)
            holds = truth[Int(index)] == generation &<< 1 | 1
        case .pattern: holds = decidePattern(index, test)
        case .compare:
            let bound = Double(bitPattern: table.operands[Int(test.argument)])
            forEachScalar(of: test.slot) { value in
                if !holds, let number = NumberTest.parse(value) {
                    holds = NumberTest.holds(test.comparison, number, bound)
                }
            }
        case .present: holds = isPresent(test.slot)
        case .missing: holds = !isPresent(test.slot)
        case .null: holds = isNull(test.slot)
        case .time:
            let bound = Timestamp(microseconds: Int64(bitPattern: table.operands[Int(test.argument)]))
            holds = NumberTest.holds(test.comparison, time, bound)
        case .timePart:
            let least = Int(Int64(bitPattern: table.operands[Int(test.argument)]))
            let most = Int(Int64(bitPattern: table.operands[Int(test.argument) + 1]))
            forEachScalar(of: test.slot) { value in
                if !holds, let time = TimePartTest.parse(value) {
                    let part = TimePartTest.value(of: test.part, at: time)
                    holds = part >= least && part <= most
                }
            }
        case .relation: holds = relates(test)
        case .never: holds = false
        }
        truth[Int(index)] = generation &<< 1 | (holds ? 1 : 0)
        return holds
    }

    /// Notes that a test of equality or a pattern holds.
    @inline(__always)
    private func note(_ test: UInt32) {
        let holding = counters.pointee.generation &<< 1 | 1
        if truth[Int(test)] == holding { return }
        truth[Int(test)] = holding
        memory.facts[counters.pointee.factCount] = test
        counters.pointee.factCount &+= 1
    }

    /// Calls `body` with the text of every scalar that the slot stands for.
    @inline(__always)
    private func forEachScalar(of slot: UInt32, _ body: (UnsafeRawBufferPointer) -> Void) {
        if slot == TestTable.anyValue {
            for field in vendor where field.kind.rawValue <= FieldKind.false.rawValue { body(bytes(of: field)) }
            for field in ocsf where field.kind.rawValue <= FieldKind.false.rawValue { body(bytes(of: field)) }
            if vendor.isEmpty {
                body(self.body)
                if raw.count != self.body.count { body(raw) }
            }
            return
        }
        let state = slots + Int(slot)
        guard state.pointee.touched == counters.pointee.generation else { return }
        var next = state.pointee.head
        while next != 0 {
            let value = memory.values + Int(next &- 1)
            if value.pointee.isScalar { body(value.pointee.bytes) }
            next = value.pointee.next
        }
    }

    @inline(__always)
    private func bytes(of field: Field) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: (field.isDerived ? derivedBase : rawBase) + Int(field.offset), count: field.length)
    }

    /// Looks up all equalities of a slot.
    @inline(__always)
    func resolveKeys(_ slot: UInt32) {
        let state = slots + Int(slot)
        let generation = counters.pointee.generation
        if state.pointee.keysKnown == generation { return }
        state.pointee.keysKnown = generation
        let info = slotInfo[Int(slot)]
        forEachScalar(of: slot) { value in
            if info.hasTexts, info.lengths & 1 &<< UInt64(truncatingIfNeeded: min(value.count, 63)) != 0 {
                let test = table.keys.find(slot: slot, value, scratch: memory.keyFold)
                if test != KeyTable.none { note(test) }
            }
            if info.hasNumbers, let number = NumberTest.parse(value) {
                let test = table.keys.find(slot: slot, number)
                if test != KeyTable.none { note(test) }
            }
        }
    }

    /// Tries all patterns of a slot.
    @inline(__always)
    func resolvePatterns(_ slot: UInt32) {
        let state = slots + Int(slot)
        let generation = counters.pointee.generation
        if state.pointee.patternsKnown == generation { return }
        state.pointee.patternsKnown = generation
        let info = slotInfo[Int(slot)]
        let index = Int(info.patterns)
        guard index >= 0 else { return }
        guard info.isRemembered else {
            forEachScalar(of: slot) { value in tryPatterns(table.patterns[index], value) { note($0) } }
            return
        }
        let memo = memory.memo(index)
        forEachScalar(of: slot) { value in
            let hash = value.count <= ValueMemo.maximumValue ? memo.hash(of: value) : 0
            if value.count <= ValueMemo.maximumValue, let satisfied = memo.find(value, hash) {
                for test in satisfied { note(test) }
            } else {
                meet(index, value, hash, memo)
            }
        }
    }

    /// Tries the patterns on a value that the memo does not know, and tells it.
    @inline(never)
    private func meet(_ index: Int, _ value: UnsafeRawBufferPointer, _ hash: UInt64, _ memo: ValueMemo) {
        let patterns = table.patterns[index]
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: patterns.members.count) { satisfied in
            var count = 0
            tryPatterns(patterns, value) { test in
                satisfied[count] = test
                count += 1
            }
            for index in 0..<count { note(satisfied[index]) }
            if value.count <= ValueMemo.maximumValue {
                memo.remember(value, hash, UnsafeBufferPointer(rebasing: satisfied[..<count]))
            }
        }
    }

    private func tryPatterns(_ patterns: SlotPatterns, _ value: UnsafeRawBufferPointer, _ satisfied: (UInt32) -> Void) {
        let folded = memory.folded(value)
        let number = memory.beginValue()
        func attempt(_ index: Int) -> Bool {
            let member = patterns.members[index]
            if memory.tried[Int(member.test)] == number { return false }
            memory.tried[Int(member.test)] = number
            switch member.pattern {
            case .text(let test): return test.matches(raw: value, folded: folded)
            case .regex(let test): return test.matches(value)
            case .network: return false
            }
        }
        for index in patterns.unfiltered where attempt(index) { satisfied(patterns.members[index].test) }
        patterns.literals?.forEachHit(in: folded) { literal in
            for index in patterns.announced[Int(literal)] where attempt(index) { satisfied(patterns.members[index].test) }
        }
        if !patterns.expressions.isEmpty, value.contains(where: { $0 >= 0x80 }) {
            for index in patterns.expressions where attempt(index) { satisfied(patterns.members[index].test) }
        }
        if !patterns.networks.isEmpty, let address = CIDRTest.parse(value) {
            patterns.networks.forEachHit(address, satisfied)
        }
    }

    /// The first pattern of a slot that a program asks for is tried alone, since most events ask no further; with the second
    /// all are tried at once. Regular expressions are dear enough to look for a remembered answer first.
    private func decidePattern(_ index: UInt32, _ test: CompiledTest) -> Bool {
        let state = slots + Int(test.slot)
        let generation = counters.pointee.generation
        if state.pointee.patternsKnown != generation, state.pointee.asked != generation {
            state.pointee.asked = generation
            var holds = false
            switch table.patterns[Int(slotInfo[Int(test.slot)].patterns)].members[Int(test.argument)].pattern {
            case .text(let text):
                forEachScalar(of: test.slot) { value in
                    if !holds { holds = text.matches(raw: value, folded: text.isCased ? value : memory.folded(value)) }
                }
                return holds
            case .network(let network):
                forEachScalar(of: test.slot) { value in
                    if !holds, let address = CIDRTest.parse(value) { holds = network.contains(address) }
                }
                return holds
            case .regex: break
            }
        }
        resolvePatterns(test.slot)
        return truth[Int(index)] == generation &<< 1 | 1
    }

    private func isPresent(_ slot: UInt32) -> Bool {
        if slot == TestTable.anyValue {
            return vendor.contains { $0.isValue } || ocsf.contains { $0.isValue }
        }
        let state = slots[Int(slot)]
        let generation = counters.pointee.generation
        return state.touched == generation || state.isParent == generation
    }

    private func isNull(_ slot: UInt32) -> Bool {
        if slot == TestTable.anyValue {
            return vendor.contains { $0.kind == .null } || ocsf.contains { $0.kind == .null }
        }
        guard isPresent(slot) else { return true }
        let state = slots[Int(slot)]
        guard state.touched == counters.pointee.generation else { return false }
        var next = state.head
        while next != 0 {
            let value = memory.values[Int(next - 1)]
            if value.kind == .null { return true }
            next = value.next
        }
        return false
    }

    /// Compares two fields, value by value up to a bound: hostile arrays must not cost the product of their sizes.
    private func relates(_ test: CompiledTest) -> Bool {
        var holds = false
        var left = FieldReference.maximumPairs
        forEachScalar(of: test.slot) { value in
            if holds || left == 0 { return }
            withUnsafeTemporaryAllocation(byteCount: max(value.count, 1), alignment: 8) { copy in
                guard let base = copy.baseAddress else { return }
                CaseFolding.fold(value, into: base)
                let folded = UnsafeRawBufferPointer(start: base, count: value.count)
                forEachScalar(of: test.argument) { other in
                    if holds || left == 0 { return }
                    left -= 1
                    holds = FieldReference.holds(test.relation, folded, memory.folded(other))
                }
            }
        }
        return holds
    }
}
