/// What belongs to a batch of records beside their bytes: where its source stands once they are stored, and who waits for it.
public struct BatchProgress: Sendable {
    /// How far the source has been read once these records are stored; committed in the same transaction.
    public var cursor: SourceCursor?
    /// What the source must remember to recognise these records if it is given them again; committed in the same transaction.
    public var memory: SourceMemory?
    /// Told after the commit.
    public var receipt: Receipt?

    public init(cursor: SourceCursor? = nil, memory: SourceMemory? = nil, receipt: Receipt? = nil) {
        self.cursor = cursor
        self.memory = memory
        self.receipt = receipt
    }

    var isEmpty: Bool { cursor == nil && memory == nil && receipt == nil }
}

/// The resumable position of a source, opaque to everyone but its collector.
public struct SourceCursor: Sendable, Equatable {
    /// Unique within the store, for example `file:audit:/var/log/audit.jsonl`.
    public var name: String
    /// JSON text that the collector understands; empty to forget the cursor.
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// What a collector that reads overlapping spans remembers of the records in them: additions and what may be forgotten.
///
/// The collector recognises repeats itself and leaves them out of its batches; it only says how many there were.
public struct SourceMemory: Sendable, Equatable {
    /// One record, as remembered.
    public struct Entry: Sendable, Hashable {
        /// 16 bytes that are the same for two copies of one record and for no others: a cut hash of the vendor's id.
        public var key: RecordKey
        /// Event time. An entry may be forgotten when no span read later can hold it.
        public var time: Timestamp

        public init(key: RecordKey, time: Timestamp) {
            self.key = key
            self.time = time
        }
    }

    /// Which memory of the source: its cursor's name, since each of its streams has its own.
    public var name: String
    /// Records of this batch, or of the span it ends.
    public var added: [Entry]
    /// Entries before this time are forgotten; nil: none.
    public var forgetBefore: Timestamp?
    /// Records that were received again and left out; the ledger counts them as received and duplicate.
    public var duplicates: Int

    public init(name: String, added: [Entry] = [], forgetBefore: Timestamp? = nil, duplicates: Int = 0) {
        self.name = name
        self.added = added
        self.forgetBefore = forgetBefore
        self.duplicates = duplicates
    }
}

/// 128 bits that identify a record of one source.
public struct RecordKey: Sendable, Hashable {
    public var high: UInt64
    public var low: UInt64

    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}
