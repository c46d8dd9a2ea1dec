public import Enrichment
import EventModel
public import LocatedYAML
public import Normaliser

/// Reads what the configuration enriches events with.
public enum EnrichmentSetup {
    /// Nil where nothing is configured. Warnings come along.
    /// - Throws: `StartError` with all diagnostics when a file cannot be read, or a field or product is not known.
    public static func load(
        _ configuration: EnrichmentConfiguration, _ mappings: ProductMappings
    ) throws(StartError) -> (Enrichment?, [Diagnostic]) {
        if configuration.isEmpty { return (nil, []) }
        let (loaded, diagnostics) = Enrichment.load(
            configuration, catalog: mappings.catalog, products: mappings.products,
            productNumber: { mappings.catalogNumber(named: $0) })
        guard let loaded else { throw StartError("the enrichment of events cannot all be read", diagnostics: diagnostics) }
        return (loaded, diagnostics)
    }
}
