public import Detection
public import Enrichment
public import EventModel
public import LocatedYAML
public import Normaliser
public import Sigma
public import Storage

/// Mappings and rules, loaded and compiled against one field catalog: what it takes to understand and match records. The daemon,
/// `rule match`, `rule test` and `normalise` all use the same.
public struct DetectionSetup: Sendable {
    public let catalog: FieldCatalog
    public let mappings: ProductMappings
    public let identities: IdentityResolver
    /// What is kept from the store. Records that are stored already are not changed again.
    public private(set) var privacy: Privacy?
    /// What is added to events; nil where nothing is configured.
    public let enrichment: Enrichment?
    public let collection: SigmaCollection
    public let ruleSet: RuleSet
    /// Warnings of mappings and rules.
    public let warnings: [Diagnostic]

    public var products: ProductCatalog { mappings.products }

    /// Loads what a configuration names.
    /// - Throws: `StartError` with all diagnostics when a mapping or a rule is wrong, or a source names an unknown product.
    public init(configuration: Configuration) throws(StartError) {
        try self.init(
            rules: configuration.allRules, mappings: configuration.mappings, identities: configuration.identities,
            identity: configuration.identity, placeholders: configuration.placeholders, enrichment: configuration.enrichment)
        guard !ruleSet.diagnostics.contains(where: { $0.severity == .error }) else {
            throw StartError("the rules cannot all be run", diagnostics: ruleSet.diagnostics)
        }
        _ = try retention(configuration)
        privacy = try PrivacySetup.privacy(configuration, mappings)
        let unknown = configuration.sources.filter { source in source.product.map { !mappings.knows($0) } ?? false }
        guard unknown.isEmpty else {
            throw StartError(
                "a source names a product that has no mapping",
                diagnostics: unknown.map { source in
                    let place = source.location ?? SourceLocation(file: "perimeter.yml", line: 1, column: 1)
                    return Diagnostic(.error, at: place, Self.unknownProduct(source.product ?? "", mappings))
                })
        }
    }

    /// What a configuration says of retention, with products by the names that their events carry.
    /// - Throws: `StartError` as `RetentionSetup.policy`.
    public func retention(_ configuration: Configuration) throws(StartError) -> RetentionPolicy? {
        try RetentionSetup.policy(configuration, mappings)
    }

    /// A normaliser for one lane.
    /// - Parameters:
    ///   - learned, teachers, keySeed, unknownTypes: as `Normaliser` has them.
    ///   - privacy: what is kept back of records that come from outside; nil for those of the store.
    public func normaliser(
        learned: LearnedIdentities? = nil, teachers: Set<String>? = nil, keySeed: (UInt64, UInt64) = (0, 0),
        privacy: Privacy? = nil, unknownTypes: UnknownEventTypes? = nil
    ) -> Normaliser {
        Normaliser(
            mappings: mappings, identities: identities, learned: learned, teachers: teachers, keySeed: keySeed, privacy: privacy,
            enricher: enrichment?.enricher(), unknownTypes: unknownTypes)
    }

    /// Loads rules from files or folders, and the mappings of a folder.
    public init(
        rules: [String], mappings folder: String, identities: [IdentityConfiguration] = [],
        identity: IdentityRules = IdentityRules(), placeholders: [String: [String]] = [:],
        enrichment: EnrichmentConfiguration = EnrichmentConfiguration()
    ) throws(StartError) {
        let loaded = SigmaLoader.load(paths: rules, placeholders: placeholders)
        guard !loaded.hasErrors else {
            throw StartError("the rules have errors; siemctl rule check shows them", diagnostics: loaded.diagnostics)
        }
        try self.init(
            loaded.collection, mappings: folder, identities: identities, identity: identity, enrichment: enrichment,
            warnings: loaded.diagnostics)
    }

    /// Takes rules that are loaded already, and the mappings of a folder.
    public init(
        _ collection: SigmaCollection, mappings folder: String, identities: [IdentityConfiguration] = [],
        identity: IdentityRules = IdentityRules(), enrichment: EnrichmentConfiguration = EnrichmentConfiguration(),
        ignoringLogSource: Bool = false, warnings: [Diagnostic] = []
    ) throws(StartError) {
        catalog = FieldCatalog()
        let (read, diagnostics) = ProductMappings.load(folder: folder, catalog: catalog)
        guard let read else {
            throw StartError("the mappings in \(folder) have errors", diagnostics: diagnostics)
        }
        mappings = read
        self.identities = try IdentitySetup.resolver(identities, identity, read)
        self.collection = collection
        ruleSet = RuleSet(
            collection: collection, products: read.products, catalog: catalog, ignoringLogSource: ignoringLogSource)
        let (added, notes) = try EnrichmentSetup.load(enrichment, read)
        self.enrichment = added
        self.warnings = warnings + diagnostics + ruleSet.diagnostics + notes
    }

    /// The configured rules as they are on the disk now, against the same mappings and field catalog.
    /// - Returns: nil and the errors if anything is wrong with any of them. Warnings come with rules.
    func reloadedRules(_ configuration: Configuration) -> (RuleSet?, [Diagnostic]) {
        let loaded = SigmaLoader.load(paths: configuration.allRules, placeholders: configuration.placeholders)
        if loaded.hasErrors { return (nil, loaded.diagnostics) }
        let next = RuleSet(collection: loaded.collection, products: products, catalog: catalog)
        let diagnostics = loaded.diagnostics + next.diagnostics
        return (diagnostics.contains { $0.severity == .error } ? nil : next, diagnostics)
    }

    public static func unknownProduct(_ name: String, _ mappings: ProductMappings) -> String {
        "no mapping knows the product \"\(name)\"\(Suggestion.hint(for: name, among: mappings.names)); "
            + "known are \(mappings.names.joined(separator: ", "))"
    }
}
