import EventModel
import Synchronization

/// Counts the events whose type is in none of the lists of its product's mapping file, so that only the default takes it: what a
/// vendor has added since the file was written. Shared by all lanes; bounded, whatever the records say.
public final class UnknownEventTypes: Sendable {
    /// One native type of one product.
    public struct Count: Sendable, Codable, Equatable {
        public var product: String
        /// The type, cut to `maximumBytes`; `untyped` or `rest`.
        public var type: String
        public var events: Int

        public init(product: String, type: String, events: Int) {
            self.product = product
            self.type = type
            self.events = events
        }
    }

    /// Types of one product that are told apart; all others together are `rest`.
    public static let maximumTypes = 200
    public static let maximumBytes = 64
    /// Stands for the types beyond the bound.
    public static let rest = "(others)"
    /// Stands for records that have no type at all.
    public static let untyped = "(none)"

    /// An event of a batch that is being made.
    struct Sighting {
        var product: Int
        /// Nil if the record has no type.
        var type: Field?
    }

    private let products: [String]
    private let events: Mutex<[[String: Int]]>

    /// - Parameter mappings: those whose events are counted.
    public init(_ mappings: ProductMappings) {
        products = mappings.compiled.map(\.name)
        events = Mutex(Array(repeating: [:], count: mappings.compiled.count))
    }

    /// Counts what was seen in one batch.
    func count(_ sightings: [Sighting], _ builder: EventBuilder) {
        // The texts are made before the lock is taken.
        let seen = sightings.map { ($0.product, $0.type.map { Self.text(builder.bytes(of: $0)) } ?? Self.untyped) }
        events.withLock { events in
            for (product, type) in seen {
                let isKnown = events[product][type] != nil || events[product].count < Self.maximumTypes
                events[product][isKnown ? type : Self.rest, default: 0] += 1
            }
        }
    }

    /// The type's first bytes, as many as make whole characters.
    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        guard bytes.count > maximumBytes else { return String(decoding: bytes, as: UTF8.self) }
        var end = maximumBytes
        while end > 0, bytes[end] & 0xc0 == 0x80 { end -= 1 }
        return String(decoding: bytes[..<end], as: UTF8.self) + "…"
    }

    /// All counts: of each product, in the order of names, the most frequent first and the rest last.
    public var counts: [Count] {
        let events = events.withLock { $0 }
        return zip(products, events).sorted { $0.0 < $1.0 }.flatMap { product, types in
            types.map { Count(product: product, type: $0.key, events: $0.value) }.sorted(by: Self.isBefore)
        }
    }

    /// The most frequent types of each product; what is left out is added to the rest.
    /// - Parameter counts: as `counts` gives them.
    public static func most(_ limit: Int, of counts: [Count]) -> [Count] {
        var kept: [Count] = []
        for count in counts {
            let own = kept.lastIndex { $0.product == count.product }
            let number = kept.count { $0.product == count.product && $0.type != rest }
            if count.type != rest, number < limit {
                kept.append(count)
            } else if let own, kept[own].type == rest {
                kept[own].events += count.events
            } else {
                kept.append(Count(product: count.product, type: rest, events: count.events))
            }
        }
        return kept
    }

    private static func isBefore(_ a: Count, _ b: Count) -> Bool {
        if (a.type == rest) != (b.type == rest) { return b.type == rest }
        return a.events == b.events ? a.type < b.type : a.events > b.events
    }
}
