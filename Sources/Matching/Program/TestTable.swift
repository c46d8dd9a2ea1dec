import EventModel

/// All tests of a program or of a rule set, each distinct one once, and the slots that they read. Immutable.
///
/// A slot stands for the values that a `FieldSelector` names. Slot 0 is `.anyValue`; in the tables by field number 0 means: no
/// test looks at this field.
final class TestTable: Sendable {
    struct Slot: Sendable {
        var hasTexts = false
        var hasNumbers = false
        /// Bit n: some literal of this slot has n bytes (63: or more).
        var lengths: UInt64 = 0
        /// Index into `patterns`, or -1.
        var patterns: Int32 = -1
        /// A memo holds the answers of the patterns for values that were met before.
        var isRemembered = false
        /// The slot that takes the same fields of the vendor's range only; 0: none.
        var vendorTwin: UInt32 = 0
    }

    static let anyValue: UInt32 = 0

    let catalog: FieldCatalog
    let tests: FrozenBuffer<CompiledTest>
    /// Bit patterns of numbers, and times in microseconds.
    let operands: FrozenBuffer<UInt64>
    let slots: FrozenBuffer<Slot>
    /// By `FieldID.index`: the slot for fields of the vendor's range, and of the OCSF range.
    let vendorSlots: FrozenBuffer<UInt32>
    let ocsfSlots: FrozenBuffer<UInt32>
    let keys: KeyTable
    let patterns: [SlotPatterns]
    /// Paths whose presence is asked for: an object is present when a field below it is. Folded path to slots.
    let parents: [String: [Parent]]

    struct Parent: Sendable {
        var slot: UInt32
        var isVendorOnly: Bool
    }

    init(
        catalog: FieldCatalog, tests: [CompiledTest], operands: [UInt64], slots: [Slot], vendorSlots: [UInt32],
        ocsfSlots: [UInt32], keys: KeyTable, patterns: [SlotPatterns], parents: [String: [Parent]]
    ) {
        self.catalog = catalog
        self.tests = FrozenBuffer(tests)
        self.operands = FrozenBuffer(operands)
        self.slots = FrozenBuffer(slots)
        self.vendorSlots = FrozenBuffer(vendorSlots)
        self.ocsfSlots = FrozenBuffer(ocsfSlots)
        self.keys = keys
        self.patterns = patterns
        self.parents = parents
    }
}
