import EventModel
import LocatedYAML
public import Normaliser

/// What `privacy` of a configuration means with the products that the mappings know.
public enum PrivacySetup {
    /// Keys are to be random, not words: these many bytes at least.
    private static let smallestKey = 16

    /// - Returns: nil if nothing is kept back.
    /// - Throws: `StartError` when it names an unknown product or one twice, or its key cannot be had or is too short: a slip
    ///   must not store what was to be kept back.
    public static func privacy(
        _ configuration: Configuration, _ mappings: ProductMappings
    ) throws(StartError) -> Privacy? {
        guard let written = configuration.privacy else { return nil }
        var errors: [Diagnostic] = []
        var products: [String: PrivacyRules] = [:]
        for product in written.products {
            let name = product.name == Privacy.anyProduct ? product.name : mappings.productName(of: product.name)
            if let name {
                guard products.updateValue(product.rules, forKey: name) != nil else { continue }
                let reason = "\"\(product.name)\" is another name of \(name), which has its rules already"
                errors.append(Diagnostic(.error, at: product.location, reason))
            } else {
                errors.append(Diagnostic(.error, at: product.location, DetectionSetup.unknownProduct(product.name, mappings)))
            }
        }
        guard errors.isEmpty else { throw StartError("privacy names products wrongly", diagnostics: errors.inReadingOrder) }
        return Privacy(products, secret: try secret(written.key))
    }

    private static func secret(_ key: SecretReference?) throws(StartError) -> Secret {
        guard let key else { return Secret("") }
        let secret: Secret
        do {
            secret = try key.fetch()
        } catch {
            throw StartError("the key of the pseudonyms cannot be had: \(error)")
        }
        guard secret.value.utf8.count >= smallestKey else {
            throw StartError("the key of the pseudonyms (\(key)) must have at least \(smallestKey) bytes; make a random one")
        }
        return secret
    }
}
