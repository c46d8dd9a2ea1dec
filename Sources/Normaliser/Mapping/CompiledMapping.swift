import EventModel

// Hot path.

/// One product's mapping as tables, immutable and shared by all lanes.
///
/// A record's fields are looked at once: `codes` says which of them fill a slot. After that, everything works with slots.
final class CompiledMapping: Sendable {
    /// One step to a value: the first that gives one of the right type is taken.
    enum Step: Sendable {
        case slot(Int32)
        case constant(Int32)
        case eventType
        case last(Int32, UInt8)
        case before(Int32, UInt8)
        case after(Int32, marker: Int32)
        case unless(Int32, constant: Int32)
        case email(Int32)
        case lower(Int32)
        case decoded(Int32)
        case pair(Int32, key: Int32)
        case segment(Int32, name: Int32)
        case present(Int32, constant: Int32)
        case split(Int32, UInt8)
        case words(Int32, Int32)
        /// The constant that the table has for the slot's text.
        case lookup(Int32, table: Int32)
    }

    /// How a value is checked and written.
    enum Form: UInt8, Sendable {
        case string, email, ip, integer, port, float, boolean, timestamp
    }

    struct FieldOp: Sendable {
        var id: FieldID
        var form: Form
        /// The attribute is a list of scalars: all values are taken.
        var isList: Bool
        var steps: Range<Int32>
        /// The slot of the first step, if that is a plain field, as nearly all are; else -1.
        var plainSlot: Int32
        /// The list of objects that the field is a member of: marked before its first field. `overflow` if there is none.
        var mark: FieldID
        /// Which object of that list: a new one begins where this changes.
        var element: Int32 = 0
    }

    /// Members of an object, and of which one at least must be there for the others to stay.
    struct Constraint: Sendable {
        var members: UInt128
        var need: UInt128
    }

    /// Used when nothing else fills an object that the class requires.
    struct Fallback: Sendable {
        var members: UInt128
        var op: Int
        var constant: Int32
    }

    struct FixedField: Sendable {
        var id: FieldID
        var constant: Int32
        var kind: FieldKind
        var inArray = false
    }

    /// Ops that give the identity; -1 where there is none.
    struct Identity: Sendable {
        var actorEmail: Int32 = -1
        var actorUID: Int32 = -1
        var actorName: Int32 = -1
        var userEmail: Int32 = -1
        var userUID: Int32 = -1
        var userName: Int32 = -1
    }

    /// The names of one account in a record: steps to each of them, none for a name that it has not.
    struct Account: Sendable {
        enum Role: String, Sendable {
            case actor, user, other
        }

        var role: Role
        var id: Range<Int32>
        var login: Range<Int32>
        var email: Range<Int32>
        /// Where any of these is there, the names are not known to be of one account.
        var unless: Range<Int32>
        /// Lists that the names may stand in: they must stand in the same element.
        var lists: FrozenBuffer<FieldID>

        /// Whether no element of these lists begins between the fields at these places.
        func isOneElement(_ places: [Int32], _ fields: UnsafeMutablePointer<Field>) -> Bool {
            guard lists.count > 0, let first = places.min(), let last = places.max(), first >= 0 else { return true }
            for place in Int(first)..<Int(last) where fields[place].kind == .element {
                for list in 0..<lists.count where lists[list] == fields[place].id { return false }
            }
            return true
        }
    }

    /// How `status` or `severity` follows from a record.
    struct WordRule: Sendable {
        /// The vendor's fields, best first.
        var slots: [Int32] = []
        /// From the vendor's word to the index of ours.
        var table = ByteTable([])
        /// For every value that the table lacks (`*`); -1: the next field decides.
        var anyOther: Int32 = -1
        /// -1: leave it out.
        var otherwise: Int32 = -1
    }

    /// A word and its number: `status`, `severity`.
    struct Word: Sendable {
        var number: Int32
        var caption: Int32
    }

    let name: String
    /// The name and a colon: before ids that are the product's own.
    let namePrefix: [UInt8]
    let codes: DenseTable
    let slots: SlotTables
    let steps: FrozenBuffer<Step>
    let constants: [[UInt8]]
    let tables: [ByteTable]
    let plans: [EventPlan]
    let types: EventTypes
    let defaultPlan: Int
    let time: Range<Int32>
    /// By which times are read that name no zone.
    let zone: ZoneOffsets
    let isUTC: Bool
    /// Steps to each part of the event's own id.
    let id: [Range<Int32>]
    let eventType: Range<Int32>
    let eventScope: Range<Int32>
    let statuses: [Word]
    let severities: [Word]
    let status: WordRule
    let severity: WordRule
    let explode: FieldID
    let envelopes: [Envelope]
    /// How records that are no JSON are read; nil: as text without fields.
    let text: TextRules?
    let origins: MappingOrigins
    let accounts: FrozenBuffer<Account>
    /// The product makes the names of guest accounts itself, out of their addresses.
    let namesGuests: Bool

    init(
        name: String, codes: DenseTable, slots: SlotTables, steps: [Step], constants: [[UInt8]], tables: [ByteTable],
        plans: [EventPlan], types: EventTypes, defaultPlan: Int, time: Range<Int32>, zone: ZoneOffsets, id: [Range<Int32>],
        eventType: Range<Int32>, eventScope: Range<Int32>, statuses: [Word], severities: [Word], status: WordRule,
        severity: WordRule, explode: FieldID, envelopes: [Envelope], text: TextRules?, origins: MappingOrigins,
        accounts: [Account], namesGuests: Bool
    ) {
        self.name = name
        namePrefix = Array(name.utf8) + [UInt8(ascii: ":")]
        self.codes = codes
        self.slots = slots
        self.steps = FrozenBuffer(steps)
        self.constants = constants
        self.tables = tables
        self.plans = plans
        self.types = types
        self.defaultPlan = defaultPlan
        self.time = time
        self.zone = zone
        isUTC = zone == .utc
        self.id = id
        self.eventType = eventType
        self.eventScope = eventScope
        self.statuses = statuses
        self.severities = severities
        self.status = status
        self.severity = severity
        self.explode = explode
        self.envelopes = envelopes
        self.text = text
        self.origins = origins
        self.accounts = FrozenBuffer(accounts)
        self.namesGuests = namesGuests
    }

    deinit {
        steps.deallocate()
        for index in 0..<accounts.count { accounts[index].lists.deallocate() }
        accounts.deallocate()
    }
}
