import EventModel

// Hot path. Unsafe: every run of memory has the size that its comment says and is freed in `deinit`. `values` holds as many
// entries as are reserved for the event at hand.

/// One value of the event at hand, in the chain of its slot.
struct SlotValue {
    var base: UnsafeRawPointer
    var length: UInt32
    var kind: FieldKind
    /// The value's first byte, whatever stands there when it is empty (an arena has slack behind its end). Reading it when the
    /// fields are chained has the memory of all of them on its way before the first is looked at.
    var lead: UInt8
    /// One more than the index of the next value of the same slot; 0 at the end.
    var next: UInt32

    /// Text that tests can look at: not null, not an object or array.
    @inline(__always)
    var isScalar: Bool { kind.rawValue <= FieldKind.false.rawValue }

    @inline(__always)
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: Int(length)) }
}

/// What is known of a slot for the event at hand. Each number equals the event's generation when the statement holds.
struct SlotState {
    /// The slot has fields, from `head` on.
    var touched: UInt32 = 0
    var head: UInt32 = 0
    /// All its equalities have been looked up.
    var keysKnown: UInt32 = 0
    /// All its patterns have been tried.
    var patternsKnown: UInt32 = 0
    /// One of its patterns has been asked for.
    var asked: UInt32 = 0
    /// A field below its path is there.
    var isParent: UInt32 = 0
}

/// The memory of one lane for one `TestTable`: reused from event to event, cleared by counting generations.
final class MatchMemory {
    struct Counters {
        /// The event at hand. At most 31 bits, so that a truth value fits beside it.
        var generation: UInt32 = 0
        /// The value at hand, for `tried`.
        var valueGeneration: UInt32 = 0
        var valueCount = 0
        var valueCapacity = 0
        var factCount = 0
        var touchedCount = 0
        var foldCapacity = 0
    }

    private static let lastGeneration: UInt32 = 0x7fff_ffff

    let table: TestTable
    let counters: UnsafeMutablePointer<Counters>
    /// One a slot.
    let slots: UnsafeMutablePointer<SlotState>
    /// One a test: the generation, and in the lowest bit the answer.
    let truth: UnsafeMutablePointer<UInt32>
    /// Room for every test: those of equality and patterns that hold for the event at hand, `factCount` of them.
    let facts: UnsafeMutablePointer<UInt32>
    /// Room for every slot: those that have fields in the event at hand, `touchedCount` of them.
    let touched: UnsafeMutablePointer<UInt32>
    /// One a test: the value for which a pattern was tried last.
    let tried: UnsafeMutablePointer<UInt32>
    /// Room for the longest literal of the key table.
    let keyFold: UnsafeMutableRawPointer
    private let valuesHolder: UnsafeMutablePointer<UnsafeMutablePointer<SlotValue>>
    private let foldHolder: UnsafeMutablePointer<UnsafeMutableRawPointer>
    /// One for each of the table's `patterns`, made when first needed.
    private let memos: UnsafeMutablePointer<ValueMemo?>
    private var candidateList: CandidateList?
    /// By `FieldID.index`: which slots' paths lie above it. Grows as the catalog does.
    private var ancestors: [[TestTable.Parent]] = []
    /// One a member of `ancestors`: whether it has any. `markCount` of them, room for `markCapacity`.
    private var marks: UnsafeMutablePointer<Bool> = .allocate(capacity: 1024)
    private var markCount = 0
    private var markCapacity = 1024

    init(_ table: TestTable) {
        self.table = table
        counters = .allocate(capacity: 1)
        counters.initialize(to: Counters())
        slots = .allocate(capacity: table.slots.count)
        slots.initialize(repeating: SlotState(), count: table.slots.count)
        let tests = max(table.tests.count, 1)
        truth = .allocate(capacity: tests)
        truth.initialize(repeating: 0, count: tests)
        facts = .allocate(capacity: tests)
        touched = .allocate(capacity: table.slots.count)
        tried = .allocate(capacity: tests)
        tried.initialize(repeating: 0, count: tests)
        keyFold = .allocate(byteCount: table.keys.longest + 8, alignment: 8)
        valuesHolder = .allocate(capacity: 1)
        valuesHolder.initialize(to: .allocate(capacity: 256))
        counters.pointee.valueCapacity = 256
        foldHolder = .allocate(capacity: 1)
        foldHolder.initialize(to: .allocate(byteCount: 1024, alignment: 8))
        counters.pointee.foldCapacity = 1024
        memos = .allocate(capacity: max(table.patterns.count, 1))
        memos.initialize(repeating: nil, count: table.patterns.count)
    }

    deinit {
        counters.deallocate()
        slots.deallocate()
        truth.deallocate()
        facts.deallocate()
        touched.deallocate()
        marks.deallocate()
        tried.deallocate()
        keyFold.deallocate()
        valuesHolder.pointee.deallocate()
        valuesHolder.deallocate()
        foldHolder.pointee.deallocate()
        foldHolder.deallocate()
        for index in 0..<table.patterns.count { memos[index]?.deallocate() }
        memos.deallocate()
    }

    @inline(__always)
    var values: UnsafeMutablePointer<SlotValue> { valuesHolder.pointee }

    /// Starts an event with at most `fields` entries in all slots' chains.
    @inline(__always)
    func begin(fields: Int) {
        if counters.pointee.generation == Self.lastGeneration { restart() }
        counters.pointee.generation &+= 1
        counters.pointee.valueCount = 0
        counters.pointee.factCount = 0
        counters.pointee.touchedCount = 0
        if fields > counters.pointee.valueCapacity { growValues(fields) }
    }

    /// Forgets all generations, once in two thousand million events.
    private func restart() {
        counters.pointee.generation = 0
        slots.update(repeating: SlotState(), count: table.slots.count)
        truth.update(repeating: 0, count: table.tests.count)
    }

    private func growValues(_ wanted: Int) {
        valuesHolder.pointee.deallocate()
        counters.pointee.valueCapacity = wanted * 2
        valuesHolder.pointee = .allocate(capacity: wanted * 2)
    }

    /// The folded form of a value, valid until the next call.
    func folded(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        if value.count > counters.pointee.foldCapacity {
            foldHolder.pointee.deallocate()
            counters.pointee.foldCapacity = value.count * 2
            foldHolder.pointee = .allocate(byteCount: value.count * 2, alignment: 8)
        }
        CaseFolding.fold(value, into: foldHolder.pointee)
        return UnsafeRawBufferPointer(start: foldHolder.pointee, count: value.count)
    }

    /// A number for the next value, so that each pattern is tried on it once.
    func beginValue() -> UInt32 {
        if counters.pointee.valueGeneration == .max {
            tried.update(repeating: 0, count: table.tests.count)
            counters.pointee.valueGeneration = 0
        }
        counters.pointee.valueGeneration += 1
        return counters.pointee.valueGeneration
    }

    @inline(__always)
    func memo(_ patterns: Int) -> ValueMemo {
        if let memo = memos[patterns] { return memo }
        return makeMemo(patterns)
    }

    @inline(never)
    private func makeMemo(_ patterns: Int) -> ValueMemo {
        let memo = ValueMemo()
        memos[patterns] = memo
        return memo
    }

    /// Room for the entries of a matcher.
    func candidates(entries: Int) -> CandidateList {
        if let candidateList, candidateList.capacity == entries { return candidateList }
        let list = CandidateList(capacity: entries)
        candidateList = list
        return list
    }

    /// Whether a field of that number has any `ancestors`: most have none, and every field of every event is asked.
    @inline(__always)
    func hasAncestors(_ id: FieldID) -> Bool {
        id.index < markCount ? marks[id.index] : !ancestors(of: id).isEmpty
    }

    /// The slots whose presence a field of that number proves, though it is not theirs: those of the paths above its own.
    func ancestors(of id: FieldID) -> [TestTable.Parent] {
        while ancestors.count <= id.index {
            var path = Substring(table.catalog.path(of: FieldID(rawValue: UInt32(ancestors.count))))
            var found: [TestTable.Parent] = []
            while let dot = path.lastIndex(of: ".") {
                path = path[..<dot]
                found += table.parents[String(path)] ?? []
            }
            ancestors.append(found)
            appendMark(!found.isEmpty)
        }
        return ancestors[id.index]
    }

    private func appendMark(_ hasAncestors: Bool) {
        if markCount == markCapacity {
            let larger = UnsafeMutablePointer<Bool>.allocate(capacity: markCapacity * 2)
            larger.moveInitialize(from: marks, count: markCount)
            marks.deallocate()
            marks = larger
            markCapacity *= 2
        }
        (marks + markCount).initialize(to: hasAncestors)
        markCount += 1
    }
}
