import EventModel

/// A list of indicators in memory.
final class IndicatorList: Sendable {
    let name: String
    let provider: String
    let includesSubdomains: Bool
    let table: KeyTable
    let prefixes: PrefixLengths
    let details: IndicatorDetails
    /// Several comparisons that must all hold of one event.
    let conjunctions: [Conjunction]
    /// Comparisons of those: which, and its bit.
    let terms: [Term]
    /// The kinds of keys that it has, a bit each.
    let kinds: UInt8

    struct Conjunction: Sendable {
        var detail: UInt32
        /// The bits of its comparisons.
        var all: UInt16
    }

    struct Term: Sendable {
        var conjunction: UInt32
        var bit: UInt16
    }

    /// Marks numbers in the table that are those of terms; others are places of details.
    static let isTerm: UInt32 = 1 << 31

    /// An indicator's value in its normal form.
    struct Key: Hashable {
        var kind: UInt8
        var bytes: [UInt8]
    }

    /// Collects indicators.
    struct Builder {
        static let maximumCount = 10_000_000
        static let maximumTerms = 16

        private(set) var table = KeyTable()
        private(set) var prefixes = PrefixLengths()
        private(set) var details = IndicatorDetails()
        private(set) var conjunctions: [Conjunction] = []
        private(set) var terms: [Term] = []
        private(set) var kinds: UInt8 = 0

        /// The place of details, for `add`; 0 for none.
        mutating func add(_ detail: IndicatorDetail) -> UInt32? { detail.isEmpty ? 0 : details.append(detail) }

        mutating func revoke(_ detail: UInt32) { details.revoke(detail) }

        /// Adds an indicator that each of the keys is for itself. Answers whether there was room.
        mutating func add(_ key: Key, detail: UInt32) -> Bool { insert(key, payload: detail) }

        /// Adds one that takes all of the keys, of which there are at most `maximumTerms`.
        mutating func add(all keys: [Key], detail: UInt32) -> Bool {
            if keys.count == 1 { return add(keys[0], detail: detail) }
            guard terms.count + keys.count < Int(Int32.max) else { return false }
            let conjunction = UInt32(conjunctions.count)
            conjunctions.append(Conjunction(detail: detail, all: UInt16(truncatingIfNeeded: (1 << keys.count) - 1)))
            for (bit, key) in keys.enumerated() {
                let number = UInt32(terms.count)
                terms.append(Term(conjunction: conjunction, bit: 1 << UInt16(bit)))
                guard insert(key, payload: number | IndicatorList.isTerm) else { return false }
            }
            return true
        }

        private mutating func insert(_ key: Key, payload: UInt32) -> Bool {
            guard table.count < Self.maximumCount else { return false }
            let isIn = key.bytes.withUnsafeBytes { bytes in
                // Nothing is said of it twice.
                if payload == 0 {
                    let known = table.find(key.kind, bytes)
                    if known >= 0, table.payload(known) == 0 { return true }
                }
                return table.insert(key.kind, bytes, payload: payload) != nil
            }
            if isIn {
                kinds |= 1 << key.kind
                if key.kind == IndicatorKind.network, let network = NetworkKey.network(key.bytes[...]) {
                    prefixes.insert(network)
                }
            }
            return isIn
        }
    }

    init(_ builder: Builder, name: String, provider: String, includesSubdomains: Bool) {
        self.name = name
        self.provider = provider
        self.includesSubdomains = includesSubdomains
        var table = builder.table
        table.finish()
        self.table = table
        prefixes = builder.prefixes
        var details = builder.details
        details.finish()
        self.details = details
        conjunctions = builder.conjunctions
        terms = builder.terms
        kinds = builder.kinds
    }

    var footprint: Int {
        table.footprint + details.bytes.count + conjunctions.count * MemoryLayout<Conjunction>.stride
            + terms.count * MemoryLayout<Term>.stride
    }
}
