import EventModel

/// A test as it runs: what to do, on which slot, with which argument. Small, since many are read per event.
struct CompiledTest: Sendable {
    enum Kind: UInt8, Sendable {
        /// Satisfied when the slot's look-up in the `KeyTable` says so: text and number equality.
        case key
        /// Satisfied when one of the slot's values passes member `argument` of its `SlotPatterns`:
        /// wildcards, networks, regular expressions.
        case pattern
        /// A value compares to the number that `TestTable.operands` has at `argument`.
        case compare
        case present
        case missing
        case null
        /// The event's time compares to the time, in microseconds, that `TestTable.operands` has at `argument`.
        case time
        /// A value is a time whose `part` lies between the numbers that `TestTable.operands` has at `argument` and behind it.
        case timePart
        /// A value relates to a value of the slot `argument`.
        case relation
        /// An expression that cannot be satisfied, such as a regular expression that does not compile.
        case never
    }

    var kind: Kind
    var slot: UInt32
    var argument: UInt32 = 0
    var comparison: Comparison = .less
    var relation: FieldRelation = .equals
    var part: TimePart = .minute
}

/// A test on the text of one value.
enum ValuePattern: Sendable {
    case text(TextTest)
    case network(IPNetwork)
    case regex(RegexTest)
}
