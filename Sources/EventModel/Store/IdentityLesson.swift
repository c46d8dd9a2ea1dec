/// Two names of one account that one event carries: an id or a login of a product, and the e-mail address or the id that it
/// belongs to. Stored in the same transaction as the event.
public struct IdentityLesson: Sendable, Hashable {
    /// Which name belongs to which.
    public enum Kind: Int, Sendable, CaseIterable {
        /// An id, to an e-mail address.
        case id = 1
        /// A login, to an e-mail address.
        case login = 2
        /// A login, to an id.
        case loginOfID = 3
    }

    /// The event's place in its batch.
    public var row: Int
    public var product: String
    /// Within which the name is unique; empty for a name that is unique everywhere, or whose event names no tenant.
    public var tenant: String
    public var kind: Kind
    /// The id or login, in lower case.
    public var name: String
    /// An e-mail address in its normal form, or the product, a colon and the id.
    public var target: String
    /// When the event happened; its time of receipt if it says a later one.
    public var time: Timestamp
    /// What the name belonged to until then, if that is something else.
    public var replaced: String?

    public init(
        row: Int, product: String, tenant: String, kind: Kind, name: String, target: String, time: Timestamp,
        replaced: String? = nil
    ) {
        self.row = row
        self.product = product
        self.tenant = tenant
        self.kind = kind
        self.name = name
        self.target = target
        self.time = time
        self.replaced = replaced
    }
}

/// What a store knows of one name of an account: a lesson with how often in time it was given, and by what.
public struct LearnedAlias: Sendable, Hashable {
    /// What taught it: a stored event, by source and sequence number.
    public struct Teacher: Sendable, Hashable {
        public var time: Timestamp
        public var source: String
        public var sequence: Int64

        public init(time: Timestamp, source: String, sequence: Int64) {
            self.time = time
            self.source = source
            self.sequence = sequence
        }
    }

    public var product: String
    public var tenant: String
    public var kind: IdentityLesson.Kind
    public var name: String
    public var target: String
    public var first: Teacher
    public var last: Teacher

    public init(
        product: String, tenant: String, kind: IdentityLesson.Kind, name: String, target: String, first: Teacher, last: Teacher
    ) {
        self.product = product
        self.tenant = tenant
        self.kind = kind
        self.name = name
        self.target = target
        self.first = first
        self.last = last
    }

    /// The name as events without an address carry it: the product, a colon, and the id or login.
    public var text: String { product + ":" + name }
}
