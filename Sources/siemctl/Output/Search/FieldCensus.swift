import EventModel
import Searching
import Synchronization

/// Which fields events have: how many events each, how many values, and a few of them.
final class FieldCensus: Sendable {
    /// Distinct values that are told apart, a field.
    private static let countedValues = 1_000
    private static let examples = 3
    private static let longestExample = 60

    private struct Count {
        var events = 0
        var lastEvent = 0
        var values: Set<Int> = []
        var examples: [String] = []
    }

    private struct State {
        var event = 0
        var counts: [FieldID: Count] = [:]
    }

    private let catalog: FieldCatalog
    private let state = Mutex(State())

    init(catalog: FieldCatalog) { self.catalog = catalog }

    func add(_ event: Event) {
        state.withLock { state in
            state.event += 1
            for fields in [event.ocsfFields, event.vendorFields] {
                for field in fields where field.isValue && field.id != .overflow {
                    Self.add(field, event.batch, number: state.event, &state.counts[field.id, default: Count()])
                }
            }
        }
    }

    private static func add(_ field: Field, _ batch: EventBatch, number: Int, _ count: inout Count) {
        if count.lastEvent != number {
            count.lastEvent = number
            count.events += 1
        }
        guard count.values.count <= countedValues else { return }
        let bytes = batch.bytes(of: field)
        var hasher = Hasher()
        hasher.combine(bytes: bytes)
        guard count.values.insert(hasher.finalize()).inserted, count.examples.count < examples, bytes.count > 0 else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        count.examples.append(text.count > longestExample ? text.prefix(longestExample - 1) + "…" : text)
    }

    /// Rows of field, events, values (`1000+` if there are more) and examples; the most frequent first.
    var rows: [SearchRow] {
        let counts = state.withLock { $0.counts }
        let named = counts.map { (name: catalog.path(of: $0.key), count: $0.value) }
        let ordered = named.sorted { ($1.count.events, $0.name) < ($0.count.events, $1.name) }
        return ordered.map { entry in
            let values = entry.count.values.count
            return SearchRow(values: [
                .string(entry.name), .integer(Int64(entry.count.events)),
                values > Self.countedValues ? .string("\(Self.countedValues)+") : .integer(Int64(values)),
                .string(entry.count.examples.joined(separator: "  ")),
            ])
        }
    }
}
