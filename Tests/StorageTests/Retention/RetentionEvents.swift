import EventModel
import Matching
import Storage
import TestSupport

/// Plain events of any product, class, time and receipt, each told from all others by its text.
struct RetentionEvents {
    struct Made {
        var text: String
        /// As retention names it.
        var product: String
        var classUID: UInt32
        var time: Timestamp
        var received: Timestamp

        /// The day by which it expires: its own, or that of its receipt if that is more than 400 days away.
        var day: Int64 {
            let (own, receipt) = (RetentionEvents.day(time), RetentionEvents.day(received))
            return abs(own - receipt) <= 400 ? own : receipt
        }
    }

    static let oneDay: Int64 = 86_400_000_000
    static let classes: [UInt32] = [0, 3_002, 3_001, 6_003]
    private(set) var made: [Made] = []
    private let products = AuditEvents.products

    static func day(_ time: Timestamp) -> Int64 {
        time.microseconds >= 0 ? time.microseconds / oneDay : (time.microseconds - oneDay + 1) / oneDay
    }

    /// A batch of one receipt.
    mutating func batch(_ events: [(product: UInt16, classUID: UInt32, time: Timestamp)], received: Timestamp) -> EventBatch {
        let bytes = Arena()
        let texts = events.indices.map { "event \(made.count + $0) " + String(repeating: "padding ", count: 20) }
        let spans = texts.map { RecordSpan(offset: UInt32(bytes.append($0)), length: UInt32($0.utf8.count)) }
        let builder = EventBuilder(
            RecordBatch(source: AuditEvents.source, receivedAt: received, bytes: bytes, records: spans))
        for (index, event) in events.enumerated() {
            let span = spans[index]
            var row = EventRow(record: index, raw: span, receivedAt: received)
            row.bodyOffset = span.offset
            row.bodyLength = span.length
            row.time = event.time
            row.product = event.product
            row.classUID = event.classUID
            row.ocsfStart = UInt32(builder.fieldCount)
            builder.append(Field(id: .message, offset: Int(span.offset), length: Int(span.length), kind: .string))
            row.ocsfEnd = UInt32(builder.fieldCount)
            builder.append(row)
            made.append(
                Made(
                    text: texts[index], product: products[event.product].name, classUID: event.classUID, time: event.time,
                    received: received))
        }
        return builder.finish()
    }
}

extension ColdStore {
    /// The texts of all events that a search finds, each as often as it does.
    func texts() async throws -> [String] {
        let result = try await store.reader().search(SearchRequest(.constant(true)))
        guard result.totals.damagedBlocks.isEmpty else { return result.totals.damagedBlocks.map(\.description) }
        return result.events.map { String(decoding: $0.event.raw, as: UTF8.self) }.sorted()
    }

    /// As if correlation had come behind all events: they may all be compacted, or expire.
    func concludeAll() async throws {
        try await opened.writer.commit(CorrelationCommit(findings: [], deliveries: [], through: .max / 4, snapshot: [1]))
    }

    func commit(_ batch: EventBatch) async throws { try await opened.writer.commit(EventCommit(batches: [batch])) }

    /// The names of the partition files.
    func files() throws -> [String] { try DirectoryListing.names(store.files.coldDirectory) }
}
