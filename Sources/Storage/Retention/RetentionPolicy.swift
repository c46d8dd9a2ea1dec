/// How long events are kept. Of all limits that an event falls under the shortest counts; one that is longer than another
/// changes nothing.
public struct RetentionPolicy: Sendable, Equatable {
    /// How old events may become, and how much they may take.
    public struct Limit: Sendable, Equatable {
        /// Events older than this, by event time, expire, a day (UTC) at a time; nil for no limit.
        public var age: Duration?
        /// When the events take more bytes than this, the oldest expire: as stored, indexes included; nil for no limit.
        public var bytes: Int?

        public init(age: Duration? = nil, bytes: Int? = nil) {
            self.age = age
            self.bytes = bytes
        }
    }

    /// Events of some kinds, under a name.
    public struct Classification: Sendable, Equatable {
        public var name: String
        /// OCSF classes (`class_uid`); empty for all.
        public var classes: Set<UInt32>
        /// Products by the names that their events carry; empty for all.
        public var products: Set<String>
        public var limit: Limit

        /// Selects what is of one of the classes and of one of the products.
        public init(name: String, classes: Set<UInt32> = [], products: Set<String> = [], limit: Limit) {
            self.name = name
            self.classes = classes
            self.products = products
            self.limit = limit
        }
    }

    /// For the store as a whole.
    public var overall: Limit
    /// By product.
    public var products: [String: Limit]
    public var classifications: [Classification]

    public init(
        overall: Limit = Limit(), products: [String: Limit] = [:], classifications: [Classification] = []
    ) {
        self.overall = overall
        self.products = products
        self.classifications = classifications
    }

    /// All limits as selections of events, in the order in which they are told; those for all events first.
    var scopes: [(name: String, classes: Set<UInt32>, products: Set<String>, limit: Limit)] {
        [("", [], [], overall)]
            + products.sorted { $0.key < $1.key }.map { ("products.\($0.key).", [], [$0.key], $0.value) }
            + classifications.map { ("classifications.\($0.name).", $0.classes, $0.products, $0.limit) }
    }
}
