public import EventModel

/// Which fields of records carry personal data, how much, and what the privacy rules do with them.
public struct PersonalDataReport {
    public struct Row: Sendable {
        public let product: String
        /// As the vendor names it, in lower case.
        public let path: String
        public let kinds: [PersonalData]
        public let records: Int
        /// Different values; `maximumValues` at most.
        public let values: Int
        public let treatment: PrivacyRules.Treatment?
    }

    public static let maximumValues = 10_000
    /// Hostile records may have a new field each.
    private static let maximumPaths = 5_000

    private struct Place: Hashable {
        var product: UInt16
        var field: FieldID
    }

    private struct Found {
        var kinds: Set<PersonalData> = []
        var records = 0
        var values: Set<UInt64> = []
        var lastRecord = -1
    }

    private let mappings: ProductMappings
    private let privacy: Privacy?
    private var found: [Place: Found] = [:]
    public private(set) var records = 0
    /// Fields beyond what is counted.
    public private(set) var leftOut = 0

    public init(mappings: ProductMappings, privacy: Privacy?) {
        self.mappings = mappings
        self.privacy = privacy
    }

    /// Takes in events of one normaliser of the mappings.
    public mutating func add(_ batch: EventBatch) {
        for index in batch.rows.indices {
            let row = batch.rows[index]
            if row.part == 0 { records += 1 }
            for field in batch[index].vendorFields where field.isValue { add(field, batch.bytes(of: field), row) }
        }
    }

    private mutating func add(_ field: Field, _ value: UnsafeRawBufferPointer, _ row: EventRow) {
        guard let kind = PersonalData.kind(of: value, path: mappings.catalog.path(of: field.id)) else { return }
        let place = Place(product: row.product, field: field.id)
        guard found[place] != nil || found.count < Self.maximumPaths else { return leftOut += 1 }
        var entry = found[place] ?? Found()
        found[place] = nil  // So that the set is not copied.
        entry.kinds.insert(kind)
        if entry.lastRecord != records { entry.records += 1 }
        entry.lastRecord = records
        if entry.values.count < Self.maximumValues {
            var hash = SipHash128(key: (0, 0))
            hash.combine(value)
            entry.values.insert(hash.finish().low)
        }
        found[place] = entry
    }

    /// By product, the fields that most records have first.
    public var rows: [Row] {
        found.map { place, entry in
            let path = mappings.catalog.path(of: place.field)
            let product = mappings.products.products[Int(place.product)].name
            return Row(
                product: product, path: path, kinds: entry.kinds.sorted(), records: entry.records, values: entry.values.count,
                treatment: privacy?.rules(for: product)?.treatment(ofValueAt: path))
        }.sorted { ($0.product, -$0.records, $0.path) < ($1.product, -$1.records, $1.path) }
    }
}
