public import EventModel

/// Normalises one record after the other, outside of the pipeline: for `siemctl normalise` and tests.
public struct LineNormaliser {
    /// What to give for a record that holds several events.
    public enum Events: Sendable {
        /// The first one: as many lines as records.
        case first
        case all
    }

    private let normaliser: Normaliser
    private let source: Source
    private let receivedAt: Timestamp
    private let events: Events
    private var document: OCSFDocument

    /// - Parameters:
    ///   - product: a name or alias that `mappings.knows`; nil: tell it from each record.
    ///   - receivedAt: the time of receipt, which stands in `metadata.logged_time`.
    ///   - enricher: what adds to mapped events; this normaliser's alone.
    public init(
        mappings: ProductMappings, product: String? = nil, sourceName: String = "siemctl", receivedAt: Timestamp,
        identities: IdentityResolver = IdentityResolver(), privacy: Privacy? = nil, events: Events = .first,
        enricher: (any EventEnricher)? = nil
    ) {
        normaliser = Normaliser(mappings: mappings, identities: identities, privacy: privacy, enricher: enricher)
        source = Source(id: 0, name: sourceName, product: product)
        self.receivedAt = receivedAt
        self.events = events
        document = OCSFDocument(catalog: mappings.catalog, products: mappings.products)
    }

    /// The events of one record as OCSF documents, each on one line without a line end.
    public mutating func documents(of record: UnsafeRawBufferPointer) -> [[UInt8]] {
        let batch = normalise([record])
        let count = events == .first ? min(1, batch.rows.count) : batch.rows.count
        var documents: [[UInt8]] = []
        for index in 0..<count { documents.append(document.bytes(of: batch[index])) }
        return documents
    }

    /// The events of records, as a batch.
    public func normalise(_ records: [UnsafeRawBufferPointer]) -> EventBatch {
        let arena = Arena(capacity: records.reduce(64) { $0 + $1.count })
        let spans = records.map { RecordSpan(offset: UInt32(arena.append($0)), length: UInt32($0.count)) }
        return normaliser.normalise(RecordBatch(source: source, receivedAt: receivedAt, bytes: arena, records: spans))
    }
}
