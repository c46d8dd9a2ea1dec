import LocatedYAML
public import Normaliser

/// What `identities` and `identity` of a configuration mean with the products that the mappings know.
public enum IdentitySetup {
    /// - Throws: `StartError` when an alias names an unknown product: it would join nothing.
    public static func resolver(
        _ identities: [IdentityConfiguration], _ rules: IdentityRules, _ mappings: ProductMappings
    ) throws(StartError) -> IdentityResolver {
        var errors: [Diagnostic] = []
        let entries = identities.map { identity in
            let aliases = identity.aliases.enumerated().map { index, alias in
                guard let colon = alias.firstIndex(of: ":"), !IdentityResolver.isAddress(alias) else { return alias }
                let product = String(alias[..<colon])
                // Events carry the product's first name, whatever it is called here.
                if let name = mappings.productName(of: product.lowercased()) { return name + alias[colon...] }
                if identity.places.indices.contains(index) {
                    errors.append(
                        Diagnostic(.error, at: identity.places[index], DetectionSetup.unknownProduct(product, mappings)))
                }
                return alias
            }
            return IdentityResolver.Entry(canonical: identity.name, aliases: aliases, learns: identity.learns)
        }
        guard errors.isEmpty else { throw StartError("an identity names an unknown product", diagnostics: errors) }
        return IdentityResolver(entries, forms: rules.forms, neverJoined: rules.neverJoined)
    }
}
