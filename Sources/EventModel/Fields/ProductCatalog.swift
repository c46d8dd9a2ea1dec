/// The Sigma log source that a product's events answer to, or that a rule asks for. Nil means: not said.
public struct LogSource: Sendable, Hashable, Codable {
    public var category: String?
    public var product: String?
    public var service: String?

    public init(category: String? = nil, product: String? = nil, service: String? = nil) {
        self.category = category
        self.product = product
        self.service = service
    }

    /// Whether every dimension that `rule` names equals ours (sigma.md: the subset semantics).
    public func answers(_ rule: LogSource) -> Bool {
        (rule.category == nil || rule.category == category) && (rule.product == nil || rule.product == product)
            && (rule.service == nil || rule.service == service)
    }
}

/// A product whose records the normaliser knows.
public struct Product: Sendable, Equatable {
    /// The mapping file's name, for example `okta`.
    public var name: String
    /// All log sources that its events answer to.
    public var logSources: [LogSource]
    /// What rules may call its fields.
    public var fields: ProductFields

    public init(name: String, logSources: [LogSource], fields: ProductFields = ProductFields()) {
        self.name = name
        self.logSources = logSources
        self.fields = fields
    }
}

/// The products of one normaliser, numbered. `EventRow.product` is an index into it.
public struct ProductCatalog: Sendable {
    /// Place 0: text, JSON of no known product, and quarantined records.
    public static let unknown: UInt16 = 0
    public let products: [Product]

    public init(_ known: [Product]) {
        products = [Product(name: "unknown", logSources: [LogSource()])] + known
    }

    public subscript(index: UInt16) -> Product { products[Int(index)] }

    public func index(named name: String) -> UInt16? {
        products.firstIndex { $0.name == name }.map(UInt16.init)
    }
}
