/// The first transaction (D1): events, their sources' cursors and the ledger, all or nothing.
public struct EventCommit: Sendable {
    public var batches: [EventBatch]
    /// Records that were received and lost, since the last commit.
    public var drops: [Tally<DropReason>]
    /// What was turned away at the door, since the last commit.
    public var refusals: [Tally<RefusalReason>]

    /// How many of a source, and why.
    public struct Tally<Reason: Sendable & Hashable>: Sendable, Hashable {
        public var source: String
        public var reason: Reason
        public var count: Int

        public init(source: String, reason: Reason, count: Int) {
            self.source = source
            self.reason = reason
            self.count = count
        }
    }

    public init(batches: [EventBatch], drops: [Tally<DropReason>] = [], refusals: [Tally<RefusalReason>] = []) {
        self.batches = batches
        self.drops = drops
        self.refusals = refusals
    }

    public var isEmpty: Bool { batches.isEmpty && drops.isEmpty && refusals.isEmpty }
}

/// A batch after its commit: which of its events are in the store, under which number.
public struct StoredBatch: Sendable {
    public let batch: EventBatch
    /// One a row: the event's sequence number, or 0 for an event that the store already had.
    public let sequences: [Int64]

    public init(batch: EventBatch, sequences: [Int64]) {
        self.batch = batch
        self.sequences = sequences
    }
}

/// A delivery that findings owe.
public struct NewDelivery: Sendable, Equatable {
    /// `webhook-id`: stable over retries and restarts.
    public var id: String
    /// Name of the endpoint in the configuration.
    public var endpoint: String
    /// Deliveries of one thread to one endpoint go in the order in which they were owed.
    public var thread: String
    /// The findings that it tells of.
    public var findings: [String]
    public var body: String
    public var contentType: String
    /// What is appended to the endpoint's URL.
    public var path: String
    public var createdAt: Timestamp

    public static let json = "application/json; charset=utf-8"

    public init(
        id: String, endpoint: String, thread: String, findings: [String], body: String, contentType: String = NewDelivery.json,
        path: String = "", createdAt: Timestamp
    ) {
        self.id = id
        self.endpoint = endpoint
        self.thread = thread
        self.findings = findings
        self.body = body
        self.contentType = contentType
        self.path = path
        self.createdAt = createdAt
    }
}

/// A part of the state of a behavioural rule, as it is saved.
public struct StatePage: Sendable, Equatable {
    /// Within its table.
    public var number: Int
    public var bytes: [UInt8]

    public init(number: Int, bytes: [UInt8]) {
        self.number = number
        self.bytes = bytes
    }
}

/// What the state of a behavioural rule has changed in.
public struct StateChange: Sendable, Equatable {
    public var pages: [StatePage]
    /// They are all there are: what was saved before is of another state.
    public var isWhole: Bool

    public init(pages: [StatePage], isWhole: Bool) {
        self.pages = pages
        self.isWhole = isWhole
    }
}

/// The second transaction (D2): what correlation concluded, what it owes, and how far it has read.
public struct CorrelationCommit: Sendable {
    /// New findings and new states of old ones.
    public var findings: [TrackedFinding]
    public var deliveries: [NewDelivery]
    /// States of the groups that findings are routed into, by key; nil for one that is over.
    public var groups: [(key: String, state: String?)]
    /// What the findings, and what people did with them, changed of the risk of entities.
    public var risk: [EntityRiskChange]
    /// Every change that people made to findings, up to this number, has been routed, and counts for the risk of entities.
    public var routedChanges: Int64?
    /// Every stored event up to this sequence number has been correlated.
    public var through: Int64
    /// The correlator's whole state at `through`, now and then; replay starts at the last one.
    public var snapshot: [UInt8]?
    /// With a snapshot: what the state of behavioural rules has changed in since the last one, by table. Tables that are not
    /// among these are of no use any more. An empty page is one that is gone.
    public var states: [String: StateChange] = [:]

    public init(
        findings: [TrackedFinding], deliveries: [NewDelivery], groups: [(key: String, state: String?)] = [],
        risk: [EntityRiskChange] = [], routedChanges: Int64? = nil, through: Int64, snapshot: [UInt8]? = nil,
        states: [String: StateChange] = [:]
    ) {
        self.findings = findings
        self.deliveries = deliveries
        self.groups = groups
        self.risk = risk
        self.routedChanges = routedChanges
        self.through = through
        self.snapshot = snapshot
        self.states = states
    }
}
