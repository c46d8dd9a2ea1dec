import Sigma

/// What an event adds to the number that is counted of its entity in a bucket: one, a sum, or a value that is not among its
/// distinct ones yet.
struct BucketValues: Sendable {
    /// Distinct values of one open bucket that are told apart; further ones are not counted.
    private static let maximumDistinct = 10_000

    private let value: Behaviour.Value
    private let maximumEntities: Int
    /// The distinct values of each entity's open bucket.
    private var distinct: [UInt64: (bucket: Int64, values: Set<UInt64>)] = [:]
    /// Whether what is to be saved has changed.
    var hasChanged = false

    init(_ parameters: Behaviour) {
        value = parameters.value
        maximumEntities = parameters.maximumEntities
    }

    mutating func count(of event: HeldEvent) -> UInt32 {
        switch value {
        case .count: return event.match.countsEvent ? 1 : 0
        case .sum: return UInt32(max(0, min(Double(bitPattern: event.match.value), Double(UInt32.max))).rounded())
        case .distinct:
            // Taken out, so that the set is not copied.
            var entry = distinct.removeValue(forKey: event.entity) ?? (event.bucket, [])
            defer { if distinct.count < maximumEntities { distinct[event.entity] = entry } }
            if entry.bucket < event.bucket { entry = (event.bucket, []) }
            // Late ones are of a bucket whose values are forgotten.
            guard entry.bucket == event.bucket, entry.values.count < Self.maximumDistinct else { return 0 }
            hasChanged = true
            return entry.values.insert(event.match.value).inserted ? 1 : 0
        }
    }

    // MARK: Snapshots

    func write(to writer: inout SnapshotWriter) {
        writer.write(distinct.count)
        for (entity, entry) in distinct.sorted(by: { $0.key < $1.key }) {
            writer.writeFixed(entity)
            writer.write(entry.bucket)
            writer.write(entry.values.count)
            for value in entry.values.sorted() { writer.writeFixed(value) }
        }
    }

    mutating func read(from reader: inout SnapshotReader) throws(SnapshotError) {
        for _ in 0..<(try reader.count(size: 10)) {
            let entity = try reader.fixed()
            let bucket = try reader.integer()
            var values: Set<UInt64> = []
            for _ in 0..<(try reader.count(size: 8)) { values.insert(try reader.fixed()) }
            distinct[entity] = (bucket, values)
        }
    }
}
