// Hot path. Unsafe: `fields` is valid for `fieldCapacity` entries, of which the first `fieldCount` are written.

/// The only way to make an `EventBatch`: append fields, close rows over ranges of them, finish.
public final class EventBuilder {
    public let source: Source
    public let receivedAt: Timestamp
    public let progress: BatchProgress
    public let recordCount: Int
    public let raw: Arena
    public let derived: Arena
    // One lane builds, and no method calls out while it has access: no need of run-time checks of exclusivity.
    @exclusivity(unchecked) public private(set) var rows: [EventRow] = []
    @exclusivity(unchecked) public private(set) var fields: UnsafeMutablePointer<Field>
    @exclusivity(unchecked) public private(set) var fieldCount = 0
    @exclusivity(unchecked) private var fieldCapacity: Int
    private var lessons: [IdentityLesson] = []
    private var isFinished = false

    public init(_ records: RecordBatch) {
        source = records.source
        receivedAt = records.receivedAt
        progress = records.progress
        recordCount = records.records.count
        raw = records.bytes
        derived = Arena(capacity: max(256, records.bytes.count / 4))
        rows.reserveCapacity(records.records.count)
        fieldCapacity = max(64, records.records.count * 104)
        fields = .allocate(capacity: fieldCapacity)
    }

    deinit { if !isFinished { fields.deallocate() } }

    @inlinable
    public func append(_ field: Field) {
        reserveFields(1)
        fields[fieldCount] = field
        setFieldCount(fieldCount + 1)
    }

    /// Makes room for `extra` more fields. Pointers taken from `fields` before are invalid after.
    public func reserveFields(_ extra: Int) {
        if fieldCount + extra <= fieldCapacity { return }
        var larger = fieldCapacity * 2
        while larger < fieldCount + extra { larger *= 2 }
        let next = UnsafeMutablePointer<Field>.allocate(capacity: larger)
        next.moveInitialize(from: fields, count: fieldCount)
        fields.deallocate()
        fields = next
        fieldCapacity = larger
    }

    /// Declares fields written directly at `fields + fieldCount` (after `reserveFields`), or takes back the last ones.
    public func setFieldCount(_ count: Int) {
        precondition(count >= 0 && count <= fieldCapacity, "field count within capacity")
        fieldCount = count
    }

    /// Appends a field whose text is computed, not a slice of the record.
    public func append(_ id: FieldID, derived text: String, kind: FieldKind = .string, inArray: Bool = false) {
        let offset = derived.append(text)
        append(Field(id: id, offset: offset, length: derived.count - offset, kind: kind, isDerived: true, inArray: inArray))
    }

    public func append(_ row: EventRow) { rows.append(row) }

    public func append(_ lesson: IdentityLesson) { lessons.append(lesson) }

    @inlinable
    public func bytes(of field: Field) -> UnsafeRawBufferPointer {
        (field.isDerived ? derived : raw).slice(Int(field.offset), field.length)
    }

    /// The batch; the builder must not be used again.
    public func finish() -> EventBatch {
        precondition(!isFinished, "a builder makes one batch")
        isFinished = true
        return EventBatch(
            source: source, receivedAt: receivedAt, progress: progress, recordCount: recordCount, raw: raw, derived: derived,
            rows: rows, fieldMemory: fields, fieldCount: fieldCount, lessons: lessons)
    }
}
