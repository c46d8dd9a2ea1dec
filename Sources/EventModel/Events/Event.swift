/// One event of a batch: a view, cheap to make. What rules, store and people's output read.
public struct Event: Sendable {
    public let batch: EventBatch
    public let index: Int

    public init(batch: EventBatch, index: Int) {
        self.batch = batch
        self.index = index
    }

    public var row: EventRow { batch.rows[index] }
    public var time: Timestamp { row.time }
    public var raw: UnsafeRawBufferPointer { batch.raw.slice(Int(row.rawOffset), Int(row.rawLength)) }
    public var body: UnsafeRawBufferPointer { batch.raw.slice(Int(row.bodyOffset), Int(row.bodyLength)) }

    /// The fields as the vendor names them, in document order.
    public var vendorFields: UnsafeBufferPointer<Field> {
        UnsafeBufferPointer(rebasing: batch.fields[Int(row.vendorStart)..<Int(row.vendorEnd)])
    }

    /// The fields as OCSF names them, and our own.
    public var ocsfFields: UnsafeBufferPointer<Field> {
        UnsafeBufferPointer(rebasing: batch.fields[Int(row.ocsfStart)..<Int(row.ocsfEnd)])
    }

    /// The first OCSF value of that id as text. For edges and tests, not for the hot path.
    public func text(_ id: FieldID) -> String? { firstText(id, in: ocsfFields) }

    /// The first vendor value of that id as text. For edges and tests, not for the hot path.
    public func vendorText(_ id: FieldID) -> String? { firstText(id, in: vendorFields) }

    private func firstText(_ id: FieldID, in fields: UnsafeBufferPointer<Field>) -> String? {
        guard let field = fields.first(where: { $0.id == id && $0.isValue }) else { return nil }
        return String(decoding: batch.bytes(of: field), as: UTF8.self)
    }
}
