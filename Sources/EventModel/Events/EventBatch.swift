/// Normalised events of one `RecordBatch`, immutable: one run of derived bytes, one flat array of fields, one row an event.
public final class EventBatch: @unchecked Sendable {
    // Sendable because nothing is written after `init`: the builder gives up its buffers.
    public let source: Source
    public let receivedAt: Timestamp
    public let progress: BatchProgress
    public let recordCount: Int
    /// The records as received.
    public let raw: Arena
    /// Computed values and strings that had escapes.
    public let derived: Arena
    public let rows: [EventRow]
    public let fields: UnsafeBufferPointer<Field>
    /// What its events teach of names that belong to one account.
    public let lessons: [IdentityLesson]
    private let fieldMemory: UnsafeMutablePointer<Field>

    init(
        source: Source, receivedAt: Timestamp, progress: BatchProgress, recordCount: Int, raw: Arena, derived: Arena,
        rows: [EventRow], fieldMemory: UnsafeMutablePointer<Field>, fieldCount: Int, lessons: [IdentityLesson]
    ) {
        self.source = source
        self.receivedAt = receivedAt
        self.progress = progress
        self.recordCount = recordCount
        self.raw = raw
        self.derived = derived
        self.rows = rows
        self.fieldMemory = fieldMemory
        self.lessons = lessons
        fields = UnsafeBufferPointer(start: fieldMemory, count: fieldCount)
    }

    deinit { fieldMemory.deallocate() }

    public var footprint: Int {
        raw.count + derived.count + fields.count * MemoryLayout<Field>.stride + rows.count * MemoryLayout<EventRow>.stride
    }

    public subscript(index: Int) -> Event { Event(batch: self, index: index) }

    /// The text of a field of this batch; valid while the batch lives.
    @inlinable
    public func bytes(of field: Field) -> UnsafeRawBufferPointer {
        (field.isDerived ? derived : raw).slice(Int(field.offset), field.length)
    }
}
