import LocatedYAML
public import Normaliser
public import Storage

/// What `retention` of a configuration means with the products that the mappings know.
public enum RetentionSetup {
    /// The policy, with products by the names that their events carry.
    /// - Returns: nil if nothing is limited.
    /// - Throws: `StartError` when it names an unknown product, or limits one twice: a slip must not keep events for ever.
    public static func policy(
        _ configuration: Configuration, _ mappings: ProductMappings
    ) throws(StartError) -> RetentionPolicy? {
        guard var policy = configuration.retention else { return nil }
        var errors: [Diagnostic] = []
        let limits = policy.products
        policy.products = [:]
        for index in policy.classifications.indices { policy.classifications[index].products = [] }
        for mention in configuration.retentionProducts.sorted(by: { $0.name < $1.name }) {
            guard let product = mappings.productName(of: mention.name) else {
                errors.append(Diagnostic(.error, at: mention.location, DetectionSetup.unknownProduct(mention.name, mappings)))
                continue
            }
            if let classification = mention.classification {
                for index in policy.classifications.indices where policy.classifications[index].name == classification {
                    policy.classifications[index].products.insert(product)
                }
            } else if policy.products.updateValue(limits[mention.name] ?? .init(), forKey: product) != nil {
                errors.append(
                    Diagnostic(
                        .error, at: mention.location,
                        "\"\(mention.name)\" is another name of \(product), which has a limit already"))
            }
        }
        guard errors.isEmpty else { throw StartError("retention names products wrongly", diagnostics: errors.inReadingOrder) }
        return policy
    }
}
