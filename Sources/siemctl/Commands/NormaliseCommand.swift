import ArgumentParser
import Enrichment
import EventModel
import Normaliser
import Pipeline

struct NormaliseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "normalise",
        abstract: "Print raw records from standard input as OCSF events, a line each, in order.",
        discussion: "A record that cannot be understood is printed as a Base Event that says why.")

    @Option(help: "The product that the records come from; without it their shape tells.")
    var product: String?

    @Flag(help: "Print every event of a record that holds several, not only the first.")
    var all = false

    @Option(help: "The source to stand in metadata.log_provider.")
    var sourceName = "siemctl"

    @Option(help: "The time of receipt (RFC 3339) to stand in the events; now, without it.")
    var receivedAt: TimeArgument?

    @OptionGroup var configuration: ConfigurationOptions

    func run() throws {
        let installation = try configuration.load()
        let mappings = try Self.mappings(installation, product: product)
        let identities = configuration.identityNames()
        let enricher = try enricher(installation, mappings)
        var normaliser = LineNormaliser(
            mappings: mappings, product: product, sourceName: sourceName, receivedAt: receivedAt?.time ?? .now(),
            identities: identities, privacy: try PrivacySetup.privacy(installation, mappings), events: all ? .all : .first,
            enricher: enricher)
        for line in try Console.read(nil).split(separator: UInt8(ascii: "\n")) {
            for document in line.withUnsafeBytes({ normaliser.documents(of: $0) }) { Console.write(document + [0x0a]) }
        }
    }

    /// The configured mappings, if they know the product.
    static func mappings(_ installation: Configuration, product: String?) throws -> ProductMappings {
        let (loaded, diagnostics) = ProductMappings.load(folder: installation.mappings, catalog: FieldCatalog())
        guard let loaded else {
            Diagnostics.print(diagnostics)
            throw CommandError(.environment, "the mappings in \(installation.mappings) have errors")
        }
        if let product, !loaded.knows(product) {
            throw CommandError(.usage, DetectionSetup.unknownProduct(product, loaded))
        }
        return loaded
    }

    /// What the configuration adds to events. Warnings are shown.
    private func enricher(_ installation: Configuration, _ mappings: ProductMappings) throws -> (any EventEnricher)? {
        do throws(StartError) {
            let (enrichment, warnings) = try EnrichmentSetup.load(installation.enrichment, mappings)
            Diagnostics.print(warnings)
            return enrichment?.enricher()
        } catch {
            Diagnostics.print(error.diagnostics)
            throw CommandError(.environment, "\(error)")
        }
    }
}
