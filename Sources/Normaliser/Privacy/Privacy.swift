public import EventModel

/// Keeps out of the store what the configuration says of products' records: before anything of them is stored, the raw record
/// included.
public struct Privacy: Sendable {
    /// Stands for all products.
    public static let anyProduct = "*"

    /// By product, as its mapping file names it; `anyProduct` for those that are not named.
    public let products: [String: PrivacyRules]
    let disguise: Disguise

    /// - Parameter secret: the key of the pseudonyms.
    public init(_ products: [String: PrivacyRules], secret: Secret) {
        self.products = products
        disguise = Disguise(secret: secret)
    }

    public func rules(for product: String) -> PrivacyRules? {
        guard let rules = products[product] ?? products[Self.anyProduct], !rules.isEmpty else { return nil }
        return rules
    }
}
