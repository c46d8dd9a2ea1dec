public import EventModel
public import LocatedYAML
public import Normaliser

/// The section `privacy:`: what of products' records is kept from the store.
public struct PrivacyConfiguration: Sendable {
    /// A product as the file names it, or `Privacy.anyProduct`.
    public struct Product: Sendable {
        public var name: String
        public var rules: PrivacyRules
        public var location: SourceLocation
    }

    /// The key of the pseudonyms; there if any rule makes one.
    public var key: SecretReference?
    public var products: [Product]
}

extension ConfigurationFile {
    static func privacy(_ root: YAMLSection, in folder: String) -> PrivacyConfiguration? {
        guard let section = root.section("privacy") else { return nil }
        defer { section.finish() }
        let key = section.string("key").flatMap { secret($0, section, "key", what: "key", in: folder) }
        var products: [PrivacyConfiguration.Product] = []
        if let named = section.section("products") {
            for name in named.keys {
                guard let product = named.section(name) else { continue }
                let rules = PrivacyRules.Treatment.allCases.flatMap { privacyRules(product, $0) }
                if rules.isEmpty {
                    let keys = PrivacyRules.Treatment.allCases.map(\.rawValue).joined(separator: ", ")
                    product.log.error(
                        at: product.location, "nothing is kept back of \"\(name)\": it needs a list in one of \(keys)")
                }
                products.append(.init(name: name, rules: PrivacyRules(rules), location: named.location(of: name)))
                product.finish()
            }
        }
        if products.isEmpty {
            section.log.error(at: section.location, "\"privacy\" names no products; \"*\" stands for all")
        }
        let makesPseudonyms = products.contains { $0.rules.rules.contains { $0.treatment == .pseudonymise } }
        if makesPseudonyms && !section.has("key") {
            section.log.error(
                at: section.location,
                "pseudonyms need a \"key\": \(SecretReference.forms), with a random text that stays the same")
        }
        return PrivacyConfiguration(key: key, products: products)
    }

    private static func privacyRules(_ section: YAMLSection, _ treatment: PrivacyRules.Treatment) -> [PrivacyRules.Rule] {
        section.strings(treatment.rawValue).compactMap { path in
            if let flaw = PrivacyRules.flaw(of: path) {
                section.error(treatment.rawValue, "\"\(path)\" is no path of a field: \(flaw)")
                return nil
            }
            return PrivacyRules.Rule(path: path, treatment: treatment)
        }
    }
}
